"""What source.yml may say, and how mistakes in it are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tasks.errors import UsageError
from tasks.ingest.source import expand, find, load, registry, with_members

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "name: {name}\ntitle: A feed\nformat: csv\ncolumns: {{title: Title}}\n"


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("colums: {}", "'colums'"),
        ("colums: {}", "Did you mean 'columns'"),
        ("coverage: all", "snapshot, partial"),
        ("format: xml", "csv, json"),
        ("options: {delimeter: ;}", "'delimeter'"),
        ("columns: {titel: Title}", "Did you mean 'title'"),
        ("columns: {title: [yes]}", "not text"),
        ("hints: {land: FR}", "'land'"),
        ("timezone: Mars/Olympus", "unknown"),
        ("observed_at: '('", "no regular expression"),
        (r"observed_at: '\d+'", "no group"),
        ("trust: 101", "0 to 100"),
        ("trust: yes", "0 to 100"),
        ("enabled: maybe", "true or false"),
        ("key: {a: b}", "not text"),
        ("identity: [link]", "'link'"),
        ("name: other", "equal the folder's name"),
        ("checks: [1]", "not a mapping"),
        ("title: 3", "not text"),
        ("format: group", "members is missing"),
        ("format: python", "no parse.py"),
        ("columns: {}", "nothing would be read"),
    ],
)
def test_mistakes_name_the_key_and_what_is_allowed(tmp_path: Path, extra: str, says: str) -> None:
    key = extra.split(":")[0]
    lines = [line for line in GOOD.format(name="feed").splitlines() if not line.startswith(f"{key}:")]
    if extra in ("format: group", "format: python"):
        lines = [line for line in lines if not line.startswith("columns")]
    folder = write(tmp_path / "feed", "\n".join([*lines, extra]))
    with pytest.raises(UsageError) as error:
        load(folder)
    assert error.value.code == "source_config"
    assert says in error.value.message()
    assert "feed/source.yml" in error.value.message()


def test_key_given_twice_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "feed", GOOD.format(name="feed") + "title: Another\n")
    with pytest.raises(UsageError, match="given twice"):
        load(folder)


@pytest.mark.parametrize("missing", ["name", "title", "format"])
def test_what_every_source_needs(tmp_path: Path, missing: str) -> None:
    lines = [line for line in GOOD.format(name="feed").splitlines() if not line.startswith(missing + ":")]
    with pytest.raises(UsageError, match=f"{missing} is missing"):
        load(write(tmp_path / "feed", "\n".join(lines)))


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(write(tmp_path / "feed", "name: !!python/object/apply:os.getcwd []\n"))


def test_alternatives_and_joined_columns(tmp_path: Path) -> None:
    text = "name: feed\ntitle: T\nformat: csv\ncolumns: {title: [A, B], description: [[C, D], E]}\n"
    columns = load(write(tmp_path / "feed", text)).columns
    assert columns == {"title": (("A",), ("B",)), "description": (("C", "D"), ("E",))}


def test_registry_takes_folders_from_outside(tmp_path: Path) -> None:
    write(tmp_path / "outside", GOOD.format(name="outside"))
    assert "outside" in registry(tmp_path)
    assert "outside" in registry(tmp_path / "outside")
    assert {"glassdoor_us", "nyc", "hn"} <= set(registry())


def test_a_source_from_outside_wins(tmp_path: Path) -> None:
    write(tmp_path / "nyc", GOOD.format(name="nyc"))
    assert registry(tmp_path)["nyc"].title == "A feed"


@pytest.mark.parametrize("make", [lambda p: p / "nowhere", lambda p: p])
def test_a_folder_without_sources_is_a_mistake(tmp_path: Path, make: object) -> None:
    with pytest.raises(UsageError):
        registry(make(tmp_path))  # type: ignore[operator]


def test_unknown_source_names_near_ones() -> None:
    with pytest.raises(UsageError) as error:
        find(registry(), "glasdoor_us")
    assert error.value.code == "unknown_source"
    assert "Did you mean glassdoor_us" in error.value.message()


def test_group_becomes_its_members(tmp_path: Path) -> None:
    text = "name: fair\ntitle: Fair\nformat: group\nmembers: [stall_a, stall_b]\n"
    folder = write(tmp_path / "fair", text)
    for name in ("stall_a", "stall_b"):
        write(folder / "boards" / name, GOOD.format(name=name))
    sources = registry(tmp_path)
    data = tmp_path / "data"
    (data / "stall_b").mkdir(parents=True)
    assert [(s.name, t) for s, t in expand(sources["fair"], str(data))] == [("stall_b", str(data / "stall_b"))]
    assert find(sources, "stall_a").name == "stall_a"
    assert {"fair", "stall_a", "stall_b"} <= set(with_members(sources))
    assert [s.name for s, _ in expand(sources["fair"], None)] == ["stall_a", "stall_b"]
    with pytest.raises(UsageError) as error:
        expand(sources["fair"], str(tmp_path / "nothing"))
    assert error.value.code == "missing_file"
    assert expand(sources["stall_a"] if "stall_a" in sources else find(sources, "stall_a"), "x")[0][1] == "x"
