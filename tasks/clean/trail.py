"""What rules changed, as it is kept and shown: bounded, without contact details, each change under an id of its text."""

from __future__ import annotations

import re

from tasks.clean.memory import change_id, change_text
from tasks.clean.rule import Change, Cleaned
from tasks.clean.text import mask_pii

NOT_DIGITS = bytes(b for b in range(256) if not 48 <= b < 58)
MAIL_SIGNS = (b"@", b" at ", b"at)", b"at]", b"dot", "＠".encode())
PHONE_DIGITS = 7  # what a phone number has at least
CUT_MAIL = re.compile(r"[\w.%+-]{1,64}@[\w.-]*\Z")  # an address that the end of an excerpt cuts in two
SMALL = 50_000  # changes kept in reach; beyond it they are let go
NO_IDS: tuple[int, ...] = ()


class Trail:
    """The changes that were met: by what they are, so that each is made presentable once, and by id for the audit."""

    def __init__(self) -> None:
        """Start with no change."""
        self.fresh: dict[int, Change] = {}  # not yet handed over by `take`
        self.ids: dict[Change, int] = {}

    def note(self, cleaned: Cleaned) -> tuple[Cleaned, tuple[int, ...]]:
        """A result with the ids of its changes; changes not met before are kept for `take`."""
        if not cleaned.changes:
            return cleaned, NO_IDS
        known = self.ids
        return cleaned, tuple([known.get(c) or self.meet(c) for c in cleaned.changes])

    def meet(self, change: Change) -> int:
        """The id of a change that is not in reach; it is made presentable and kept."""
        key, shown = presented(change)
        self.fresh[key] = shown
        if len(self.ids) > SMALL:
            self.ids.clear()
        self.ids[change] = key
        return key

    def take(self) -> dict[int, Change]:
        """The changes met since the last call, by id."""
        fresh, self.fresh = self.fresh, {}
        return fresh


def presented(change: Change) -> tuple[int, Change]:
    """A presentable change and its id. One that holds nothing to be masked, as most, is read once for all of that."""
    raw = change_text(change)
    if nothing_to_mask(raw):
        return change_id(raw), change
    shown = presentable(change)
    return change_id(change_text(shown)), shown


def presentable(change: Change) -> Change:
    """A change fit for people and for storage: e-mails and phones masked."""
    return Change(change.field, change.rule, masked(change.before), masked(change.after))


def nothing_to_mask(raw: bytes) -> bool:
    """Whether a text has no sign of an address, spelled out or not, and fewer digits than a phone number."""
    low = raw.lower()
    return not any(sign in low for sign in MAIL_SIGNS) and len(raw.translate(None, NOT_DIGITS)) < PHONE_DIGITS


def masked(text: str | None) -> str | None:
    """`text` without e-mails and phone numbers; the cheap test spares nearly all values."""
    if text is None or len(text) < PHONE_DIGITS or nothing_to_mask(text.encode("utf-8", "replace")):
        return text
    return CUT_MAIL.sub("[email]", mask_pii(text))
