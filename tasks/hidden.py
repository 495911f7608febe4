"""Secrets of this process: looked up where they are kept, and taken out of whatever is written down.

A secret comes from an environment variable or from a Prefect Secret block, or stands in an address that an operator typed.
The first line of defence is not to write it: addresses are shown by `tasks.ingest.hosts.safe_address`. This is the second:
what was once used as a secret is taken out of the journal, reports, tracebacks and log lines, whoever put it there.
"""

from __future__ import annotations

import logging
import os
import re
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from tasks.errors import CLEANERS, UsageError

SHORTEST = 6  # anything shorter occurs in ordinary text
BLOCK, VARIABLE = "block:", "env:"
SHOWN = "[secret]"
_values: set[str] = set()
_sealed: dict[str, str] = {}


def hide(value: str) -> str:
    """Remember a secret, in the forms that an address gives it; returns it."""
    for form in (value, quote(value, safe=""), quote_plus(value), unquote(value)):
        if len(form) >= SHORTEST:
            _values.add(form)
    return value


def hide_address(url: str, shown: str) -> None:
    """Remember everything in an address that its shown form leaves out: user, password, keys, tokens in the path."""
    try:
        parts = urlsplit(re.sub(r"\A([A-Za-z][A-Za-z0-9+.-]{1,20}):/+", r"\1://", url))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        hide(url)
        return
    for piece in (parts.username, parts.password, parts.fragment, *(v for _, v in pairs), *parts.path.split("/")):
        if piece and piece not in shown:
            hide(piece)
    for piece in (*parts.query.split("&"), *re.split(r"[/;:=]", parts.path)):
        value = piece.partition("=")[2] or piece
        if value and value not in shown:
            hide(value)


def scrub(text: str) -> str:
    """`text` without any secret."""
    for value in sorted(_values, key=len, reverse=True):
        if value in text:
            text = text.replace(value, SHOWN)
    return text


CLEANERS.append(scrub)


def scrub_all(value: Any, own: frozenset[str] = frozenset(), own_lists: frozenset[str] = frozenset()) -> Any:
    """The same in lists and mappings. What stands under a key of `own`, and a text in a list of `own_lists`, stays.

    A query of an address may be as plain as a date: taken out of our own times and ids, it would break whoever reads them.
    """
    if not _values:
        return value
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, list | tuple):
        return type(value)(scrub_all(each, own, own_lists) for each in value)
    if isinstance(value, dict):
        return {
            name: each if name in own or (name in own_lists and texts(each)) else scrub_all(each, own, own_lists)
            for name, each in value.items()
        }
    return value


def texts(value: Any) -> bool:
    """Whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def look_up(name: str, needed_by: str) -> str:
    """The secret that an environment variable holds, or with `block:NAME` a Prefect Secret block.

    A variable may itself hold `block:NAME`. Raises UsageError `missing_key` that names the place, never a value.
    """
    if name.startswith(BLOCK):
        value = from_block(name.removeprefix(BLOCK), needed_by)
    else:
        value = os.environ.get(name.removeprefix(VARIABLE), "")
        if value.startswith(BLOCK):
            value = from_block(value.removeprefix(BLOCK), needed_by)
    if not value:
        raise UsageError("missing_key", f"{needed_by} needs a key", next_step=f"Set {name.removeprefix(VARIABLE)}")
    return hide(value)


def from_block(name: str, needed_by: str) -> str:
    """The value of a Prefect Secret block. Raises UsageError `missing_key`."""
    from prefect.blocks.system import Secret

    try:
        block: Any = Secret.load(name)
        return str(block.get())
    except ValueError as problem:
        raise UsageError(
            "missing_key", f"{needed_by} needs a key", why=f"there is no Secret block {name!r}",
            next_step="Make it in Prefect, as type Secret",
        ) from problem  # fmt: skip


def seal(target: str, shown: str) -> str:
    """A target fit to be written down in place of one that holds a secret; `unseal` gives the original back here."""
    if shown != target:
        _sealed[shown] = target
    return shown


def unseal(target: str) -> str:
    """What was sealed in this process, or the target itself."""
    return _sealed.get(target, target)


class Scrubber(logging.Filter):
    """Takes secrets out of log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line where it holds one."""
        if _values:
            line = record.getMessage()
            clean = scrub(line)
            if clean != line:
                record.msg, record.args = clean, ()
            if record.exc_info:
                record.exc_text = scrub(logging.Formatter().formatException(record.exc_info))
        return True


def guard_logs() -> None:
    """Put the scrubber on every handler there is, Prefect's own included. Safe to call again, as handlers come later."""
    loggers = [logging.getLogger(), *logging.getLogger().manager.loggerDict.values()]
    for logger in loggers:
        for handler in getattr(logger, "handlers", ()):
            if not any(isinstance(each, Scrubber) for each in handler.filters):
                handler.addFilter(Scrubber())
