"""Source folders: `source.yml` read and checked, and the registry of all of them."""

from __future__ import annotations

import difflib
import importlib.util
import re
import sys
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

from tasks.errors import UsageError
from tasks.ingest.contract import Contract, read_contract
from tasks.ingest.form import FORM

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent / "sources"
FORMATS = ("csv", "json", "jsonl", "parquet", "python", "group")
OPTIONS: dict[str, tuple[str, ...]] = {
    "csv": ("delimiter", "quote", "encoding"),
    "json": ("records_at", "encoding"),
    "jsonl": ("encoding",),
    "parquet": (),
    "python": ("encoding",),
    "group": (),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "format": FORMATS,
    "coverage": ("snapshot", "partial"),
    "capture_by": ("file", "folder", "day"),
    "text": ("html", "plain", "markdown", "auto"),
}
HINTS = ("country", "currency")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Paths = tuple[tuple[str, ...], ...]  # a column's alternatives, tried in order; the paths of one are joined


@dataclass(frozen=True)
class Source:
    """One source as its `source.yml` describes it. docs/adding_a_source.md explains every key."""

    name: str
    title: str
    format: str
    folder: Path
    about: str = ""
    enabled: bool = False
    files: str = "*"
    options: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    coverage: str = "partial"
    capture_by: str = "file"
    observed_at: str | None = None
    observed_in: str | None = None
    timezone: str | None = None
    text: str = "auto"
    trust: int = 50
    retention_days: int | None = None
    hints: dict[str, str] = field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    columns: dict[str, Paths] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    source_column: str | None = None
    where: dict[str, str] = field(default_factory=dict)
    checks: Contract = field(default_factory=Contract)
    members: tuple[Source, ...] = ()

    @property
    def parse(self) -> ModuleType | None:
        """The folder's parse.py, loaded on first use; None where there is none."""
        return python_beside(self.folder, "parse")

    @property
    def fetch(self) -> ModuleType | None:
        """The folder's fetch.py, loaded on first use; None where there is none."""
        return python_beside(self.folder, "fetch")


@cache
def python_beside(folder: Path, stem: str) -> ModuleType | None:
    """Load `<folder>/<stem>.py` under a name of its own, so that two sources never share a module."""
    path = folder / f"{stem}.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location(f"winnow_source_{folder.name}_{stem}_{abs(hash(folder))}", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class NoTwice(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml's is ten times as fast
    """Safe YAML that refuses a key given twice, where plain YAML silently keeps the last."""


def unique_mapping(loader: NoTwice, node: yaml.MappingNode) -> dict[Any, Any]:
    """A mapping whose keys are all different."""
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.YAMLError(f"key {key!r} is given twice, the second time on line {key_node.start_mark.line + 1}")
        seen.add(key)
    return dict(loader.construct_mapping(node, deep=True))


NoTwice.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, unique_mapping)


def wrong(folder: Path, what: str, next_step: str = "See docs/adding_a_source.md") -> UsageError:
    """A mistake in one source.yml."""
    return UsageError("source_config", what, where=f"{folder.name}/source.yml", next_step=next_step)


def words(folder: Path, name: str, value: Any) -> tuple[str, ...]:
    """One text or a list of texts as a tuple; numbers are taken as text."""
    many = value if isinstance(value, list) else [value]
    for each in many:
        if not isinstance(each, str | int | float) or isinstance(each, bool):
            raise wrong(folder, f"{name} holds {each!r}, which is not text", "Quote it")
    return tuple(str(each) for each in many)


def alternatives(folder: Path, name: str, value: Any) -> Paths:
    """The paths of one form column: one, several tried in order, and lists among them whose values are joined."""
    return tuple(words(folder, name, each) for each in (value if isinstance(value, list) else [value]))


def mapping(folder: Path, name: str, value: Any) -> dict[str, Any]:
    """A mapping with text keys."""
    if not isinstance(value, dict):
        raise wrong(folder, f"{name} must be a mapping, it is {type(value).__name__}")
    return {str(k): v for k, v in value.items()}


def known_names(folder: Path, what: str, given: dict[str, Any] | list[str], allowed: tuple[str, ...]) -> None:
    """Refuse names that mean nothing, saying which ones do."""
    for name in given:
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, 1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise wrong(folder, f"unknown {what} {name!r}", f"{hint}Allowed: {', '.join(allowed) or 'none'}")


@cache
def parse_yaml(text: str) -> Any:
    """YAML as plain values; read once however often a run asks for its sources. Not to be changed by the caller."""
    return yaml.load(text, Loader=NoTwice)  # noqa: S506  NoTwice is a SafeLoader


def read_yaml(folder: Path) -> dict[str, Any]:
    """The mapping in `<folder>/source.yml`."""
    path = folder / "source.yml"
    try:
        found = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise wrong(folder, f"cannot be read: {' '.join(str(problem).split())}") from problem
    return mapping(folder, "the file", found)


def load(folder: Path) -> Source:
    """Read and check one source folder.

    Raises UsageError `source_config` that names the key at fault and what is allowed there.
    """
    given = read_yaml(folder)
    allowed = tuple(f.name for f in fields(Source) if f.name != "folder")
    known_names(folder, "key", given, allowed)
    for name in ("name", "title", "format"):
        if not given.get(name):
            raise wrong(folder, f"{name} is missing")
    if given["name"] != folder.name or not NAME.fullmatch(folder.name):
        raise wrong(folder, f"name is {given['name']!r}", "It must equal the folder's name: a-z, 0-9 and _")
    values = {name: convert(folder, name, value) for name, value in given.items()}
    check_values(folder, values)
    members = tuple(load(folder / "boards" / each) for each in values.pop("members", ()))
    return Source(**values, folder=folder, members=members)


def convert(folder: Path, name: str, value: Any) -> Any:
    """One value of source.yml in the type that Source holds."""
    if name in ("key", "identity", "null_values", "required", "volatile", "ignored", "members"):
        return words(folder, name, value) if value is not None else ()
    if name == "columns":
        return {k: alternatives(folder, f"columns.{k}", v) for k, v in mapping(folder, name, value).items()}
    if name in ("options", "hints", "where"):
        return {k: words(folder, f"{name}.{k}", v)[0] for k, v in mapping(folder, name, value).items()}
    if name == "checks":
        return read_contract(value, lambda what, next_step: wrong(folder, what, next_step))
    if name == "enabled":
        if not isinstance(value, bool):
            raise wrong(folder, f"enabled is {value!r}", "Write true or false")
        return value
    if name == "trust":
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
            raise wrong(folder, f"trust is {value!r}", "Write a whole number from 0 to 100")
        return value
    if name == "retention_days" and value is not None:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise wrong(folder, f"retention_days is {value!r}", "Write a whole number of days, from 1")
        return value
    if value is None and name in ("observed_at", "observed_in", "source_column", "retention_days"):
        return None
    if not isinstance(value, str):
        raise wrong(folder, f"{name} is {value!r}, which is not text", "Quote it")
    return value


def check_values(folder: Path, values: dict[str, Any]) -> None:
    """What a type alone does not say: choices, names of form columns, options of the format, patterns, time zone."""
    for name, allowed in CHOICES.items():
        if name in values and values[name] not in allowed:
            raise wrong(folder, f"{name} is {values[name]!r}", f"Allowed: {', '.join(allowed)}")
    form_names = tuple(name for name in FORM if not name.endswith("_hint"))
    known_names(folder, "column of the form", values.get("columns", {}), form_names)
    known_names(folder, "column in identity", list(values.get("identity", ())), form_names)
    known_names(folder, f"option of {values['format']}", values.get("options", {}), OPTIONS[values["format"]])
    known_names(folder, "hint", values.get("hints", {}), HINTS)
    for name in ("observed_at", "observed_in"):
        if values.get(name) is not None:
            check_pattern(folder, name, values[name])
    try:
        ZoneInfo(values.get("timezone") or "UTC")
    except (ValueError, OSError, KeyError) as problem:
        raise wrong(
            folder, f"timezone {values['timezone']!r} is unknown", "Write an IANA name: Europe/Paris"
        ) from problem
    python = (folder / "parse.py").is_file()
    if values["format"] == "python" and not python:
        raise wrong(folder, "format is python and there is no parse.py beside it")
    if values["format"] == "group" and not values.get("members"):
        raise wrong(folder, "format is group and members is missing")
    if values["format"] not in ("group", "python") and not values.get("columns") and not python:
        raise wrong(folder, "columns is missing: nothing would be read", "Map at least title")


def check_pattern(folder: Path, name: str, pattern: str) -> None:
    """A pattern must compile and have the group that holds the day."""
    try:
        compiled = re.compile(pattern)
    except re.error as problem:
        raise wrong(folder, f"{name} is no regular expression: {problem}") from problem
    if compiled.groups < 1:
        raise wrong(folder, f"{name} has no group", "Put the part that is the day in parentheses")


def registry(extra: Path | None = None) -> dict[str, Source]:
    """All sources by name: the built-in ones and those of `extra`, which win where a name is in both.

    `extra` holds source folders, or is one itself.
    """
    found = {folder.name: load(folder) for folder in source_folders(HERE)}
    if extra is not None:
        if not extra.is_dir():
            raise UsageError(
                "missing_file", f"no folder {extra}", next_step="--sources wants a folder of source folders"
            )
        folders = [extra] if (extra / "source.yml").is_file() else source_folders(extra)
        if not folders:
            raise UsageError("source_config", f"no source folder in {extra}", why="none holds a source.yml")
        found.update((folder.name, load(folder.resolve())) for folder in folders)
    return found


def source_folders(parent: Path) -> list[Path]:
    """The folders directly below `parent` that hold a source.yml, by name."""
    return sorted(path.parent for path in parent.glob("*/source.yml"))


def with_members(sources: dict[str, Source]) -> dict[str, Source]:
    """The registry with the members of every group beside it, for looking a record's source up by name."""
    return sources | {member.name: member for source in sources.values() for member in source.members}


def find(sources: dict[str, Source], name: str) -> Source:
    """The source of that name. Raises UsageError `unknown_source`, naming the nearest ones."""
    known = with_members(sources)
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 3, 0.5)
    raise UsageError(
        "unknown_source",
        f"no source is called {name!r}",
        next_step=(f"Did you mean {' or '.join(near)}? " if near else "") + f"Known: {', '.join(sorted(known))}",
    )


def expand(source: Source, target: str | None) -> list[tuple[Source, str | None]]:
    """A group as its members with each one's own folder below `target`; any other source as itself.

    Members whose folder is not there are left out. Raises UsageError `missing_file` where none is.
    """
    if source.format != "group":
        return [(source, target)]
    if target is None:
        return [(member, None) for member in source.members]
    root = Path(target)
    found: list[tuple[Source, str | None]] = [
        (member, str(root / member.name)) for member in source.members if (root / member.name).exists()
    ]
    if not found:
        names = ", ".join(member.name for member in source.members)
        raise UsageError(
            "missing_file", f"no member of {source.name} in {root}", next_step=f"Expected folders: {names}"
        )
    return found
