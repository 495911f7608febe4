"""Contracts: a source that breaks its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tasks.ingest.contract import Contract

from .conftest import TODAY, held, judged, of

if TYPE_CHECKING:
    import duckdb


@pytest.mark.parametrize(
    ("contract", "check", "passed", "acceptable"),
    [
        (Contract(rows=(31, 31)), "contract_rows", True, True),
        (Contract(rows=(32, 100)), "contract_rows", False, True),
        (Contract(rows=(1, 30)), "contract_rows", False, True),
        (Contract(null_rate={"title": 0.2}), "contract_null_rate_title", False, False),
        (Contract(null_rate={"title": 0.9}), "contract_null_rate_title", True, True),
        (Contract(null_rate={"company": 0.0}), "contract_null_rate_company", True, True),
        (Contract(freshness=1), "contract_freshness", True, True),
        (Contract(types={"posted_on": "date"}), "contract_type_posted_on", True, True),
        (Contract(types={"posted_on": "epoch"}), "contract_type_posted_on", False, False),
        (Contract(types={"title": "words"}), "contract_type_title", True, True),
        (Contract(types={"title": "number"}), "contract_type_title", False, False),
    ],
)
def test_what_source_yml_promises(
    contract: Contract, check: str, clean: duckdb.DuckDBPyConnection, *, passed: bool, acceptable: bool
) -> None:
    clean.execute("UPDATE work.staging SET title = NULL WHERE source = 'alpha' AND hash(raw_id) % 2 = 0")
    clean.execute(
        "CREATE TABLE records AS SELECT raw_id, capture_id, NULL AS reason, 'Nurse' AS title, '2026-03-01' AS posted_on"
        " FROM work.keys"
    )
    judgement = judged(clean, contract)
    found = of(judgement, check)
    assert (found.passed, found.raised, found.severity) == (passed, False, "critical")
    assert found.rows > 0
    assert held(judgement) == ({} if passed else {"alpha": {check}})
    assert all(each.acceptable == acceptable for each in judgement.held)


def test_an_accepted_day_still_keeps_its_promises(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET title = NULL WHERE source = 'alpha'")
    contract = Contract(null_rate={"title": 0.2})
    judgement = judged(clean, contract, accepted=frozenset({("alpha", TODAY)}))
    assert held(judgement) == {"alpha": {"contract_null_rate_title"}}


def test_a_stale_feed_breaks_its_promise(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET posted_on = DATE '2026-02-01'")
    assert held(judged(clean, Contract(freshness=14))) == {"alpha": {"contract_freshness"}}


@pytest.mark.parametrize(
    ("contract", "check"),
    [
        (Contract(freshness=3), "contract_freshness"),
        (Contract(types={"posted_on": "date"}), "contract_type_posted_on"),
        (Contract(null_rate={"title": 0.9}), "contract_null_rate_title"),
        (Contract(null_rate={"description": 0.9}), None),  # nothing was read anew
    ],
)
@pytest.mark.parametrize("refused", [False, True])
def test_a_promise_with_nothing_to_measure_is_broken_where_there_are_records(
    contract: Contract, check: str | None, clean: duckdb.DuckDBPyConnection, *, refused: bool
) -> None:
    clean.execute("UPDATE work.staging SET posted_on = NULL; UPDATE curated.postings SET posted_on = NULL")
    clean.execute(
        "CREATE TABLE records AS SELECT raw_id, capture_id, reason, NULL::VARCHAR AS posted_on FROM work.keys"
    )
    if check == "contract_null_rate_title":  # described nowhere, though they count as usable
        clean.execute(
            "DELETE FROM work.staging WHERE source = 'alpha'; DELETE FROM curated.postings WHERE source = 'alpha'"
        )
    elif check is None:
        clean.execute("DELETE FROM work.staging WHERE source = 'alpha'")
    if refused:
        clean.execute("UPDATE work.keys SET reason = 'ragged'; UPDATE records SET reason = 'ragged'")
    found = held(judged(clean, contract)).get("alpha", set()) - {"source_usable"}
    assert found == ({check} if check and not refused else set())


def test_few_records_may_leave_a_typed_column_empty(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("DELETE FROM work.keys WHERE ordinal > 19")
    clean.execute(
        "CREATE TABLE records AS SELECT raw_id, capture_id, reason, NULL::VARCHAR AS salary_min FROM work.keys"
    )
    judgement = judged(clean, Contract(types={"salary_min": "number"}))
    check = of(judgement, "contract_type_salary_min")
    assert (judgement.held, check.passed, check.severity) == ([], True, "info")


def test_rows_that_the_mask_refused_still_count_as_missing(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET title = NULL, reason = 'title_missing' WHERE source = 'alpha'")
    contract = Contract(null_rate={"title": 0.2})
    assert "contract_null_rate_title" in held(judged(clean, contract))["alpha"]
