"""The house stands as drawn: imports run one way, and field files know only what they may."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ROOMS = ("flows", "tasks", "expectations", "warehouse")
MAY_IMPORT = {
    "flows": {"flows", "tasks", "expectations", "warehouse"},
    "tasks": {"tasks", "expectations", "warehouse"},
    "expectations": {"expectations", "warehouse"},
    "warehouse": {"warehouse"},
}
FIELD_FILES = [
    "kind", "description", "language", "title", "seniority", "role_family", "company", "location", "workplace",
    "employment_type", "salary", "technologies", "mentions", "posted_on",
]  # fmt: skip
HEAVY = {"prefect", "great_expectations"}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, type checking included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
    return found


def top_level_imports(path: Path) -> set[str]:
    """Modules that are imported as soon as the file is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    files = list((PROJECT / room).rglob("*.py"))
    assert files
    for path in files:
        for module in imports(path):
            top = module.split(".")[0]
            assert top not in ROOMS or top in MAY_IMPORT[room], f"{path} imports {module}"


@pytest.mark.parametrize("name", FIELD_FILES)
def test_field_files_know_no_other_field_and_no_engine(name: str) -> None:
    for module in imports(PROJECT / "tasks" / "clean" / f"{name}.py"):
        assert module.split(".")[0] not in {"prefect", "duckdb", "great_expectations", "pyarrow", "flows", "warehouse"}
        assert module not in {f"tasks.clean.{other}" for other in FIELD_FILES if other != name}, (
            f"{name} imports {module}"
        )


def test_reading_commands_import_nothing_heavy_at_start() -> None:
    for path in ("cli", "query", "explain", "inspect", "review", "settings"):
        heavy = {m for m in top_level_imports(PROJECT / "flows" / f"{path}.py") if m.split(".")[0] in HEAVY}
        assert not heavy, f"flows/{path}.py imports {heavy}"


def test_no_package_marker_shadows_the_rooms_from_tests() -> None:
    assert not list((PROJECT / "tests").rglob("__init__.py"))
