"""Generated documents equal what the code says today."""

from __future__ import annotations

import pytest

from flows.documents import DOCS, DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == DOCUMENTS[name]().rstrip() + "\n", "run `just docs`"
