"""Errors that a person can act on: what failed, where, why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def as_it_is(text: str) -> str:
    """The text."""
    return text


CLEANERS: list[Callable[[str], str]] = [as_it_is]  # the last one takes secrets out: tasks/hidden.py puts it there


def one_line(text: str) -> str:
    """`text` with what cannot be seen as escapes: names of files and columns are anybody's, and may drive a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)


class WinnowError(Exception):
    """An expected failure. `code` is stable snake_case; the rest is text for people."""

    def __init__(self, code: str, what: str, *, where: str = "", why: str = "", next_step: str = "") -> None:
        """Keep the parts: reports and the command line print them, tests look at `code`."""
        self.code, self.what, self.where, self.why, self.next_step = code, what, where, why, next_step
        super().__init__(self.message())

    def message(self) -> str:
        """One line: `code: what (where): why; next step`."""
        line = f"{self.code}: {self.what}"
        if self.where:
            line += f" ({self.where})"
        if self.why:
            line += f": {self.why}"
        if self.next_step:
            line += f"{'' if line.endswith(('.', '!', '?')) else '.'} {self.next_step}"
        return one_line(CLEANERS[-1](line))


class StoppedError(BaseException):
    """A signal asks the run to end. No Exception: whoever goes on after a failure must not go on after this."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number."""
        super().__init__(number)
        self.number = number


class UsageError(WinnowError):
    """Bad usage or configuration: exit code 2."""


class SourceError(WinnowError):
    """One source failed; the others go on: exit code 3."""


class GateError(WinnowError):
    """A gate stopped the run; nothing is published: exit code 1."""
