"""The version of matching covers whatever decides a match, the cleaning that it calls included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tasks.dedupe import version

LOADED = """
import sys
import tasks.dedupe.fingerprints, tasks.dedupe.grouping
print(*(m.__file__ for name, m in sys.modules.items() if name.startswith(("tasks.clean.", "tasks.dedupe."))), sep="\\n")
"""


def test_every_module_that_matching_loads_is_part_of_its_version() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    loaded = {Path(line) for line in told.split("\n") if line}
    assert any(path.parent.name == "clean" for path in loaded)
    assert loaded <= set(version.files())


@pytest.mark.parametrize(
    ("name", "is_part"),
    [("places.csv", True), ("company_aliases.csv", True), ("title_words.csv", True), ("currencies.csv", False), ("salary.py", False)],
)  # fmt: skip
def test_what_it_does_not_read_is_no_part_of_it(name: str, is_part: bool) -> None:
    assert (name in {path.name for path in version.files()}) == is_part


def test_another_word_in_a_list_of_cleaning_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, files = version.version(), version.files()
    changed = next(path for path in files if path.name == "company_aliases.csv")
    copy = tmp_path / "lookups" / changed.name
    copy.parent.mkdir()
    copy.write_bytes(changed.read_bytes() + b"x,Pepperwood\n")
    monkeypatch.setattr(version, "files", lambda: [copy if path == changed else path for path in files])
    version.version.cache_clear()
    try:
        assert version.version() != before
    finally:
        version.version.cache_clear()
