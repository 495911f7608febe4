"""Writes down the ids of records in payloads that a removal is about to change: see tasks.ingest.identities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.errors import WinnowError
from tasks.ingest import identities, ids
from tasks.ingest.split import SplitReport

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.ingest.isolate import Reader
    from tasks.ingest.landing import Capture
    from tasks.ingest.source import Source


class Keeper:
    """Keeps identities, capture by capture. `unknown` are folders of captures whose records could not be told apart."""

    def __init__(self, home: Path, reader: Reader, sources: dict[str, Source]) -> None:
        """`sources` are all that are known, by name."""
        self.home, self.reader, self.sources = home, reader, sources
        self.unknown: list[str] = []

    def remember(self, capture: Capture, others: dict[str, str]) -> None:
        """Keep the ids of the records in those files of a capture that are about to change, by their new names.

        Ids kept before stay: they come out of splitting. A capture that cannot be split has no ids to lose.
        """
        source = self.sources.get(capture.source)
        if source is None:
            self.unknown.append(capture.folder)
            return
        columns: tuple[list[str], list[str], list[str]] = ([], [], [])
        try:
            for batch in self.reader.split(capture, source, SplitReport()):
                wanted = ("source_file", "ordinal", "posting_id", "content_id")
                for name, ordinal, posting, content in zip(*(batch.column(w).to_pylist() for w in wanted), strict=True):
                    if name in others and posting is not None:
                        columns[0].append(ids.raw_id(capture.capture_id, others[name], ordinal))
                        columns[1].append(posting)
                        columns[2].append(content)
        except WinnowError:
            return
        folder = self.home / capture.folder
        known = identities.read(folder)
        if columns[0] or len(known.raw_id):
            identities.write(folder, identities.joined(identities.made(*columns), known))
