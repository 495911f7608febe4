"""Which version of matching made the jobs: whoever changes a rule of it gets everything matched anew, once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent


@cache
def version() -> str:
    """Digest of the files and word lists that decide a match: 12 hex digits. Human verdicts are not among them."""
    digest = hashlib.blake2b(duckdb.__version__.encode(), digest_size=6)  # hash() may differ between its versions
    for path in sorted([*FOLDER.glob("*.py"), *FOLDER.glob("lookups/*.csv")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def take(con: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    """Whether another version matched last, so that nothing of it can be compared with: then it is forgotten here.

    Memberships stay, so that postings that change their job under the new version leave a trace in audit.job_moves.
    """
    known = con.execute("SELECT version FROM audit.matchers ORDER BY rowid DESC LIMIT 1").fetchone()
    if known and known[0] == version():
        return False
    con.execute("INSERT INTO audit.matchers BY NAME SELECT $1 AS version, $2 AS run_id", [version(), run_id])
    con.execute("DELETE FROM curated.likenesses")
    con.execute("DELETE FROM curated.fingerprints")
    return True
