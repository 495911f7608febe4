"""A day on which a source had nothing new is no failure of the source; an empty full listing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = """
name: quay
title: What is new each day
format: csv
key: id
coverage: {}
observed_at: '(\\d{{4}}-\\d{{2}}-\\d{{2}})'
columns: {{title: title, company: company}}
"""
HEAD = "id,title,company\n"


@pytest.mark.parametrize(("coverage", "code"), [("partial", 0), ("snapshot", 3)])
def test_a_file_with_a_header_alone(coverage: str, code: int, plainly: Callable[..., Any], tmp_path: Path) -> None:
    sources, feed = tmp_path / "sources", tmp_path / "feed"
    (sources / "quay").mkdir(parents=True)
    feed.mkdir()
    (sources / "quay" / "source.yml").write_text(SOURCE.format(coverage), encoding="utf-8")

    def day(name: str, text: str) -> Any:
        (feed / name).write_text(text, encoding="utf-8")
        return plainly(tmp_path / "home", f"quay={feed}", sources_dir=sources)

    assert day("2026-01-11.csv", HEAD).exit_code != 0  # nothing of it is known yet
    (feed / "2026-01-11.csv").unlink()
    assert day("2026-01-12.csv", HEAD + "1,Nurse,Quay AG\n").exit_code == 0
    for _ in range(2):
        quiet = day("2026-01-13.csv", HEAD)
        assert quiet.exit_code == code
        assert bool(quiet.entry["sources_failed"]) == bool(code)
