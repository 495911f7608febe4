"""The account of a file's bytes: what was received = its records + what stands between them. Nothing is lost, or counted twice.

It walks behind the splitter: every record's text must stand in the file, in order, and what lies between two records must
be what the format puts there. Anything else stays unaccounted, and the ledger's law does not hold.
"""

from __future__ import annotations

BETWEEN = {"jsonl": " \t\r\n", "csv": "\r\n", "json": " \t\r\n,[]"}


def countable(kind: str, encoding: str) -> bool:
    """Whether records of a format stand in the file as text, in an encoding in which parts add up to the whole."""
    return kind in BETWEEN and len("aa".encode(encoding)) == len("aa")


class Account:
    """One file's bytes, record by record."""

    def __init__(self, text: str, kind: str, encoding: str, enveloped: bool) -> None:
        """`enveloped`: the records are a list inside other JSON, which may say anything between them."""
        self.text, self.kind, self.encoding, self.enveloped = text, kind, encoding, enveloped
        self.plain = text.isascii()
        self.at = self.records = self.between = 0

    def take(self, payload: str) -> None:
        """The next record. One that does not stand in the rest of the file is not counted."""
        at = self.text.find(payload, self.at)
        while self.kind == "csv" and self.at == 0 and at >= 0 and not self.whole_line(at, at + len(payload)):
            at = self.text.find(payload, at + 1)  # a short text may stand in the header too
        if at >= 0:
            self.pass_over(self.text[self.at : at])
            self.records += self.size(payload)
            self.at = at + len(payload)

    def whole_line(self, start: int, end: int) -> bool:
        """Whether a part of the text fills lines that are not the first."""
        return self.text[start - 1 : start] in ("\n", "\r") and self.text[end : end + 1] in ("\n", "\r", "")

    def close(self) -> None:
        """The file ends; what is behind the last record was between records too."""
        self.pass_over(self.text[self.at :])
        self.at = len(self.text)

    def pass_over(self, gap: str) -> None:
        """Count what stands between two records, if it may: separators, a CSV's header, a JSON's envelope."""
        heading = self.kind == "csv" and self.at == 0
        if heading or self.enveloped or not gap.strip(BETWEEN[self.kind]):
            self.between += self.size(gap)

    def size(self, text: str) -> int:
        """Bytes of a part of the file, invalid ones included."""
        return len(text) if self.plain else len(text.encode(self.encoding, "surrogateescape"))
