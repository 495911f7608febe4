"""The README that lies beside a written market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.ingest.sources.sample.technologies import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable


def readme(summary: dict[str, Any], seed: int, mishaps: Iterable[str]) -> str:
    """What lies in the folder, from texts/readme.md and the numbers of `summary`."""
    boards = "\n".join(f"- `{name}/`: {count:,} records" for name, count in summary["members"].items())
    text = (TEXTS / "readme.md").read_text(encoding="utf-8")
    return text.format(**summary, seed=seed, boards=boards, broken=", ".join(mishaps) or "none")
