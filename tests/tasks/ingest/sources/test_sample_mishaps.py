"""Mishaps: breaches of contract in the last capture, and what reading it then says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.errors import WinnowError
from tasks.ingest.capture import capture
from tasks.ingest.source import expand, find, registry
from tasks.ingest.sources.sample.dirt import KINDS
from tasks.ingest.sources.sample.generate import generate
from tasks.ingest.sources.sample.mishaps import MISHAPS
from tasks.ingest.split import SplitReport, split

ERRORS = {
    "missing_column": "contract",
    "colliding_columns": "contract",
    "empty_file": "empty_batch",
    "web_page": "content_type",
}


@pytest.mark.parametrize("name", sorted(MISHAPS))
def test_a_mishap_changes_the_last_capture_of_its_board_alone(tmp_path: Path, name: str) -> None:
    generate(600, 2, 3, tmp_path / "well")
    generate(600, 2, 3, tmp_path / "ill", mishaps=(name,))
    well, ill = (
        {
            p.relative_to(tmp_path / w).as_posix(): p.read_bytes()
            for p in (tmp_path / w).rglob("*.*")
            if p.name != "README.md"
        }
        for w in ("well", "ill")
    )
    changed = {name for name in well.keys() | ill.keys() if well.get(name) != ill.get(name)}
    assert changed
    assert {name.rsplit("/", 1)[0] for name in changed} == {f"{MISHAPS[name].member}/2020-08-31"}


@pytest.mark.parametrize("name", sorted(MISHAPS))
def test_reading_a_mishap(tmp_path: Path, name: str) -> None:
    out = tmp_path / "ill"
    generate(600, 2, 3, out, mishaps=(name,))
    source, target = next(p for p in expand(find(registry(), "sample"), str(out)) if p[0].name == MISHAPS[name].member)

    def read() -> list[SplitReport]:
        reports = []
        for landed in capture(source, target, tmp_path / "home", None, "run", datetime(2026, 1, 1, tzinfo=UTC)):
            reports.append(SplitReport())
            for _ in split(landed, source, tmp_path / "home", reports[-1]):
                pass
        return reports

    if name in ERRORS:
        with pytest.raises(WinnowError) as caught:
            read()
        assert caught.value.code == ERRORS[name]
    else:
        reports = read()
        assert len(reports) == 3
        if name == "half_board":
            assert reports[-1].records < 0.4 * reports[0].records


def test_the_page_about_the_sample_names_every_kind_of_dirt_and_every_mishap() -> None:
    page = (Path(__file__).parents[4] / "docs" / "sample_market.md").read_text(encoding="utf-8")
    for kind in KINDS:
        fate = f"`{kind.reason}`" if kind.reason else kind.outcome
        row = next((line for line in page.splitlines() if line.startswith(f"| `{kind.name}` |")), "")
        assert f"| {kind.one_in:,} |" in row, kind.name
        assert fate in row
        assert kind.about in row
    for name, mishap in MISHAPS.items():
        assert f"| `{name}` | {mishap.member} | {mishap.about} |" in page
