"""Page files: records of one board gathered by capture, written page by page, with a truth row for every record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tasks.ingest.sources.sample.calendar import EPOCH, Window
from tasks.ingest.sources.sample.dirt import FJORD, HARBOR, MERIDIAN, Kind, Schedule, damaged_csv
from tasks.ingest.sources.sample.writers.meridian import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tasks.ingest.sources.sample.truth import Answers

SUFFIX = {HARBOR: "json", MERIDIAN: "csv", FJORD: "jsonl"}

Row = tuple[str | None, int | None, str, str | None, bool, str | None]  # RECORDS from posting_key on


def _copied(row: Row, trouble: str) -> Row:
    """The truth of a record delivered once more: merged, unless it was unusable in the first place."""
    key, version, outcome, reason, contested, before = row
    fate = outcome if outcome == "quarantined" else "merged"
    return key, version, fate, reason, contested, before or trouble


class Page(NamedTuple):
    """The records that wait for their page to be full."""

    data: list[bytes]
    rows: list[Row]


class Feed:
    """One board's output over all captures."""

    def __init__(
        self,
        member: str,
        out: Path,
        window: Window,
        size: int,
        answers: Answers,
        dirt: Schedule,
        room: Callable[[], int],
    ) -> None:
        """`size` records a page; `room` tells how many records the market still lacks."""
        self.member, self.out, self.window, self.size = member, out, window, size
        self.answers, self.schedule, self.room = answers, dirt, room
        self.wide_from = max(1, window.days // 2)  # from this capture on the CSV board has a column more
        self.open = [Page([], []) for _ in range(window.days)]
        self.written = [0] * window.days
        self.records = 0
        self.bytes = 0
        for capture in range(window.days):
            (out / member / window.date(capture).isoformat()).mkdir(parents=True)

    def add(self, capture: int, data: bytes, row: Row) -> None:
        """One record of a capture."""
        page = self.open[capture]
        page.data.append(data)
        page.rows.append(row)
        self.records += 1
        if len(page.rows) >= self.size:
            self.turn(capture, last=False)

    def turn(self, capture: int, last: bool) -> None:
        """Write the capture's page and start another; sometimes the same page is delivered twice."""
        page = self.open[capture]
        if not page.rows:
            return
        kind: Kind | None = None if last or self.room() < len(page.rows) else self.schedule.tick()
        if kind and kind.name == "unclosed_quote":
            page.data.append(damaged_csv(kind.name, page.data[-1], self.schedule.draw, self.columns(capture)))
            page.rows.append((None, None, kind.outcome, kind.reason, False, kind.name))
            self.records += 1
        body = self.bound(capture, page.data)
        self.write(capture, body, page.rows)
        if kind and kind.name == "page_twice":
            again = [_copied(row, kind.name) for row in page.rows]
            self.records += len(again)
            self.write(capture, body, again)
        self.open[capture] = Page([], [])

    def columns(self, capture: int) -> int:
        """How many columns the CSV board has in a capture."""
        return len(COLUMNS) + (capture >= self.wide_from)

    def bound(self, capture: int, data: list[bytes]) -> bytes:
        """Records as one file."""
        number = self.written[capture] + 1
        if self.member == FJORD:
            return b"\n".join(data) + b"\n"
        if self.member == MERIDIAN:
            end = b"\r\n" if number % 2 == 0 else b"\n"
            header = ",".join((*COLUMNS, "Sponsored")[: self.columns(capture)]).encode()
            mark = b"\xef\xbb\xbf" if number == 1 else b""
            return mark + end.join([header, *data]) + end
        if self.member == HARBOR:
            return b'{"page":%d,"per_page":%d,"results":[\n' % (number, self.size) + b",\n".join(data) + b"\n]}\n"
        return b"[\n" + b",\n".join(data) + b"\n]\n"

    def write(self, capture: int, body: bytes, rows: list[Row]) -> None:
        """One file and the truth of its records."""
        self.written[capture] += 1
        day = self.window.date(capture)
        name = f"{self.member}/{day.isoformat()}/page-{self.written[capture]:04d}.{SUFFIX.get(self.member, 'json')}"
        (self.out / name).write_bytes(body)
        self.bytes += len(body)
        number, add, member = day.toordinal() - EPOCH, self.answers.add, self.member
        for ordinal, row in enumerate(rows):
            add((member, number, name, ordinal, *row))

    def close(self) -> None:
        """Write every page that is still open."""
        for capture in range(self.window.days):
            self.turn(capture, last=True)
