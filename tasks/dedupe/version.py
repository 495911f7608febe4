"""Which version of matching made the jobs: whoever changes a rule of it gets everything matched anew, once."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent
CLEAN = FOLDER.parent / "clean"
IMPORTED = re.compile(r"^ *from tasks\.clean\.(\w+) import", re.MULTILINE)


@cache
def version() -> str:
    """Digest of the files and word lists that decide a match: 12 hex digits. Human verdicts are not among them."""
    digest = hashlib.blake2b(duckdb.__version__.encode(), digest_size=6)  # hash() may differ between its versions
    for path in files():
        digest.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def files() -> list[Path]:
    """The files of matching, the cleaning that it calls (listed titles, employers, places), and the word lists of both."""
    own = [*FOLDER.glob("*.py"), *FOLDER.glob("lookups/*.csv")]
    called = _called(set(FOLDER.glob("*.py")))
    return sorted([*own, *called, *(path for path in CLEAN.glob("lookups/*.csv") if _is_read(path.stem, called))])


def _called(readers: set[Path]) -> set[Path]:
    """The files of cleaning that these files import, wherever in them, and what those import."""
    found: set[Path] = set()
    while readers:
        readers = {CLEAN / f"{name}.py" for path in readers for name in IMPORTED.findall(_text(path))} - found
        found |= readers
    return found


def _is_read(words: str, readers: set[Path]) -> bool:
    """Whether one of these files names a word list."""
    return any(f'"{words}"' in text or f'"{words}.csv"' in text for text in map(_text, readers))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


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
