"""Hypothesis tries the same examples in every continuous-integration run, and new ones at a developer's desk."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
