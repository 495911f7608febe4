"""Hypothesis tries the same examples in every continuous-integration run, and new ones at a developer's desk; and a way
to run the pipeline inside a test.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Take a request through the pipeline (or a replay) in this process, the steps as plain functions without Prefect."""
    import flows.pipeline
    import flows.replay
    import flows.running
    from flows import steps
    from flows.running import Outcome, Request, conduct, write_reports

    bare = SimpleNamespace(**{name: each.fn for name, each in vars(steps).items() if hasattr(each, "fn")})
    monkeypatch.setattr(flows.pipeline, "steps", bare)
    monkeypatch.setattr(flows.replay, "steps", bare)

    def run(home: Path, *targets: str, replay: bool = False, reports: bool = False, **options: Any) -> Outcome:
        home.mkdir(exist_ok=True)
        monkeypatch.setattr(flows.running, "write_reports", write_reports if reports else lambda run: None)
        options = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
        walk = flows.replay.walk if replay else flows.pipeline.walk
        return conduct(Request(list(targets), str(home), **options), walk)

    return run
