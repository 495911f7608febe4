"""Writes the versions installed now into pyproject.toml as constraints: a lock that names no registry.

uv reads `[tool.uv] constraint-dependencies` whenever it resolves, so a fresh clone gets these versions on every
supported Python. Run it after changing dependencies: `just lock`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent.parent
MARK = "# Locked versions: written by `just lock`, not by hand\n"


def main() -> None:
    """Resolve for all supported Pythons and replace the section below MARK. Exits with uv's code where that fails."""
    manifest = PROJECT / "pyproject.toml"
    head = manifest.read_text(encoding="utf-8").split(MARK)[0].rstrip() + "\n"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(head, encoding="utf-8")
        done = subprocess.run(
            ["uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate",
             "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", "--group", "dev", "pyproject.toml"],
            cwd=folder, check=False, capture_output=True, text=True,
        )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    pins = [
        line.strip().replace('"', "'") for line in done.stdout.splitlines() if "==" in line and not line.startswith("#")
    ]
    section = "[tool.uv]\nconstraint-dependencies = [\n" + "".join(f'  "{pin}",\n' for pin in pins) + "]\n"
    manifest.write_text(f"{head}\n{MARK}{section}", encoding="utf-8")
    print(f"{len(pins)} versions locked")


if __name__ == "__main__":
    main()
