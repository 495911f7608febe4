"""Real files: every record is accounted for, and the labelled ones can be found by file and key."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tasks.errors import SourceError
from tasks.ingest.source import registry

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared
SOURCES = registry()

# source, path, records, set aside by reason
FILES: list[tuple[str, str, int, dict[str, int]]] = [
    ("glassdoor_us", "data/glassdoor/us_2020-04_playingnumbers_glassdoor_jobs.csv", 956, {}),
    ("glassdoor_us", "data/glassdoor/us_2020_Uncleaned_DS_jobs.csv", 689, {}),
    ("glassdoor_au", "data/glassdoor/au_2021-10_glassdoor_jobs.csv", 800, {}),
    ("linkedin", "data/linkedin_2018", 1950, {"blank": 8}),
    ("nyc", "data/nyc_jobs/2019-03_rhayes92_NYC_Jobs.csv", 3977, {}),
    ("nyc", "data/nyc_jobs/2022-07_misraturp_NYC_Jobs.csv", 3773, {}),
    ("dice", "data/dice_2016_sample", 22000, {}),
    ("armenia", "data/armenia_jobposts_part", 19001, {"blank": 18502}),
    ("france_travail", "data/france_travail", 6624, {"json": 10}),
    ("themuse", "data/themuse", 509, {}),
    ("pythonjobs", "data/pythonjobs/jobs", 174, {}),
    ("schemaorg", "data/misc_fixtures/schemaorg_jobposting_50_sample.json.gz", 50, {}),
    ("hn", "data/hn/items/16735011.json.gz", 352, {}),
]


@pytest.mark.parametrize(("name", "place", "records", "reasons"), FILES, ids=[f"{f[0]}-{f[1][-20:]}" for f in FILES])
def test_every_record_is_accounted_for(
    shared: Path, read: Any, name: str, place: str, records: int, reasons: dict[str, int]
) -> None:
    _, report = read(SOURCES[name], shared / place)
    assert report.records == records
    assert dict(report.reasons) == reasons
    assert report.unknown_columns == set()


def test_a_web_page_that_calls_itself_csv(shared: Path, read: Any) -> None:
    with pytest.raises(SourceError) as error:
        read(SOURCES["nyc"], shared / "data/misc_fixtures/nyc-jobs.csv__actually_github_html_page.csv")
    assert error.value.code == "content_type"


def labelled(shared: Path) -> dict[str, set[tuple[str, str]]]:
    """The labelled records of each source by file and key."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in (shared / "gold" / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        found[label["source"]].add((label["file"], label["key"]))
    return found


def test_labelled_records_are_found_by_file_and_key(shared: Path, read: Any) -> None:
    for name, wanted in labelled(shared).items():
        places = {file.split("/")[0] for file, _ in wanted}
        found = set()
        for place in places:
            rows, _ = read(SOURCES[name], shared / "gold" / "raw" / place)
            found |= {(r["source_file"].removeprefix("raw/"), r["source_key"] or str(r["ordinal"])) for r in rows}
            assert [row["reason"] for row in rows if row["reason"]] == []
        assert wanted <= found, name
