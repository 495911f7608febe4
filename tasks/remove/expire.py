"""Removes raw payloads by age: files of the landing area, texts of the warehouse. Ids, digests and the ledger stay."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from tasks.ingest import landing
from tasks.remove.files import swap_in

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tasks.ingest.landing import Capture


@dataclass(frozen=True)
class Policy:
    """Days for which raw payloads are kept: a source's own, or those of all others. None: for ever."""

    days: int | None
    of_source: dict[str, int]

    def cutoff(self, source: str, now: datetime) -> datetime | None:
        """Captures of the source fetched before this moment are due."""
        days = self.of_source.get(source, self.days)
        return None if days is None else now - timedelta(days=days)

    def said(self, source: str) -> str:
        """The policy for a source in words."""
        return f"{self.of_source.get(source, self.days)} days"


def due_captures(home: Path, policy: Policy, now: datetime) -> list[Capture]:
    """Landed captures that the policy lets go, oldest first. What counts is when their bytes were fetched."""
    found = []
    for capture in landing.landed(home):
        cutoff = policy.cutoff(capture.source, now)
        if cutoff is not None and capture.fetched_at < cutoff and not capture.expired:
            found.append(capture)
    return found


def due_refused(home: Path, policy: Policy, now: datetime) -> list[Path]:
    """Folders of refused bytes that the policy lets go."""
    found = []
    for manifest in sorted((home / "landing" / "refused").glob(f"*/*/{landing.MANIFEST}")):
        cutoff = policy.cutoff(manifest.parent.parent.name, now)
        if cutoff is not None and datetime.fromtimestamp(manifest.stat().st_mtime, UTC) < cutoff:
            found.append(manifest.parent)
    return found


def expire_files(home: Path, due: list[Capture], loaded: set[str], removal_id: str) -> None:
    """Remove the payload files of captures. The manifest stays, with the digests, so that the bytes are known again.

    A capture that was never loaded goes whole: the same bytes may come again and are then new. A crash between leaves a
    capture that is said to have expired and still has files; the next call removes them.
    """
    for capture in due:
        folder = home / capture.folder
        if capture.capture_id not in loaded:
            shutil.rmtree(folder)
            continue
        text = json.dumps(landing.as_json(replace(capture, expired=removal_id)), ensure_ascii=False, indent=1)
        swap_in(folder / landing.MANIFEST, text.encode())
    for capture in landing.landed(home):
        if capture.expired:
            for file in (home / capture.folder).iterdir():
                if file.name != landing.MANIFEST:
                    file.unlink()
            landing.fsync(home / capture.folder)


def mark_due(con: duckdb.DuckDBPyConnection, policy: Policy, now: datetime) -> None:
    """Make temp.due (capture_id, source): captures of the warehouse that the policy lets go."""
    rows = []
    for (source,) in con.execute("SELECT DISTINCT source FROM raw.captures ORDER BY source").fetchall():
        cutoff = policy.cutoff(source, now)
        if cutoff is not None:
            rows.append({"source": source, "cutoff": cutoff})
    table = pa.Table.from_pylist(rows, pa.schema([("source", pa.string()), ("cutoff", pa.timestamp("us", "UTC"))]))
    con.register("cutoffs", table)
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE due AS
        SELECT c.capture_id, c.source FROM raw.captures AS c JOIN cutoffs AS p USING (source) WHERE c.fetched_at < p.cutoff
        """
    )
    con.unregister("cutoffs")
    con.execute(  # a text goes with the last record that has it
        """
        CREATE OR REPLACE TEMP TABLE due_texts AS
        SELECT i.payload_id, any_value(d.source) AS source
        FROM raw.record_index AS i SEMI JOIN raw.payloads AS p USING (payload_id) LEFT JOIN temp.due AS d USING (capture_id)
        GROUP BY i.payload_id HAVING bool_and(d.capture_id IS NOT NULL)
        """
    )


def count_due(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[int, int]]:
    """Items and bytes that would go, by place and source: texts, and records in quarantine."""
    found = {}
    for place, query in {
        "raw.payloads": "SELECT source, count(*), sum(strlen(payload)) FROM raw.payloads JOIN temp.due_texts USING (payload_id) GROUP BY source",
        "audit.quarantine": """SELECT d.source, count(*), sum(strlen(payload) + coalesce(octet_length(payload_bytes), 0))
            FROM audit.quarantine AS q JOIN temp.due AS d USING (capture_id) WHERE q.expired_in IS NULL GROUP BY d.source""",
    }.items():  # fmt: skip
        for source, count, size in con.execute(query).fetchall():
            found[place, source] = (count, int(size))
    return found


def expire_tables(con: duckdb.DuckDBPyConnection, removal_id: str) -> None:
    """Take due texts out. Records in quarantine stay in it, marked: they can no longer be replayed."""
    con.execute("DELETE FROM raw.payloads WHERE payload_id IN (SELECT payload_id FROM temp.due_texts)")
    con.execute(
        """
        UPDATE audit.quarantine SET payload = '', payload_bytes = NULL, expired_in = $1
        WHERE expired_in IS NULL AND capture_id IN (SELECT capture_id FROM temp.due)
        """,
        [removal_id],
    )
