"""Generated documents equal what the code says today."""

from __future__ import annotations

import re

import duckdb
import pytest

from flows.documents import DOCS, DOCUMENTS, PROJECT
from warehouse.dictionary import create_all


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == DOCUMENTS[name]().rstrip() + "\n", "run `just docs`"


def test_the_first_query_of_the_readme_tells_its_rows_apart() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    [query] = re.findall(r'winnow sql "([^"]*)"', text)
    with duckdb.connect() as con:
        create_all(con)
        con.execute(
            """INSERT INTO marts.shares_monthly BY NAME SELECT m AS month, d AS definition, n AS denominator, b AS basis,
               1 AS numerator, 3 AS total, 1 / 3 AS share, 1 / 7 AS low, 5 / 7 AS high, true AS complete
               FROM unnest([DATE '2020-01-01', DATE '2020-02-01']) AS months(m), unnest(['deep_a', 'deep_b', 'other']) AS defined(d),
                    unnest(['all', 'software']) AS of(n), unnest(['jobs', 'postings']) AS bases(b)"""
        )
        rows = con.execute(query).fetchall()
    assert len({row[:-3] for row in rows}) == len(rows) == 4
    assert {row[-3:] for row in rows} == {(33.33, 14.29, 71.43)}
