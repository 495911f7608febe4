"""Title and employer as the listing itself says them, where cleaning concluded something else from the text.

Cleaning reads a whole record: under a bare "Developer" it names the roles that the text offers, and where no employer is
listed whom the text introduces. Copies of one advert are cut, mixed with a board's own words and begin elsewhere, so that
two of them lead to two conclusions. What was listed is the same in both. A conclusion counts where nothing was listed: in
notices, which have no fields. On jobs_bench (texts of copied notices): recall .958 with conclusions, .99 without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from tasks.clean.company import FIELD as COMPANY
from tasks.clean.company import IS_AGENCY
from tasks.clean.title import FIELD as TITLES
from tasks.dedupe.company_key import key
from tasks.dedupe.title_key import title_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def listed_titles(titles: tuple[str, ...], listed: str) -> tuple[str, ...]:
    """Those of the cleaned `titles` that are made of words of the title as `listed`; where none is, what cleaning makes of
    that title alone.
    """
    said = _words(listed)
    borne_out = tuple(title for title in titles if _words(title) <= said)
    if borne_out:
        return borne_out
    alone = TITLES.clean((listed, (), "", False, (), None)).value
    return tuple(map(str, alone)) if isinstance(alone, tuple) and alone else (listed,)


def listed_company(company: str, listed: str) -> str | None:
    """The cleaned `company` where it is the one as `listed`, tidied; else what cleaning makes of the listed name alone.

    None where nothing was listed ("") and for an agency.
    """
    told, said = key(company), key(listed)
    alone: object = company
    if not (told and said and (told in said or said in told)):
        alone = COMPANY.clean((listed or None, (), "", False)).value
    return alone if isinstance(alone, str) and not IS_AGENCY.clean((alone,)).value else None


def _words(title: str) -> frozenset[str]:
    keys = title_key((title,))
    return frozenset((*keys.core.split(), *keys.level.split("+"), *keys.grade.split(), "base", "0"))


def pick_listed(con: duckdb.DuckDBPyConnection, given: Mapping[str, str]) -> None:
    """Make match_listed_titles (titles, listed, picked) and match_listed_companies (company, listed, picked).

    They hold what touched postings with fields say. `given` has SQL for title_listed, company_listed and has_fields.
    """
    touched = "curated.postings SEMI JOIN match_touched USING (posting_id)"
    titles = con.sql(
        f"SELECT DISTINCT titles, {given['title_listed']} AS listed FROM {touched} "
        f"WHERE len(titles) > 0 AND listed <> '' AND titles <> [listed]"
    ).to_arrow_table()
    picked = [
        listed_titles(tuple(each), listed)
        for each, listed in zip(titles["titles"].to_pylist(), titles["listed"].to_pylist(), strict=True)
    ]
    _load(con, "match_listed_titles", titles, pa.array(picked, pa.list_(pa.string())))
    companies = con.sql(
        f"SELECT DISTINCT company, coalesce({given['company_listed']}, '') AS listed FROM {touched} "
        f"WHERE company IS NOT NULL AND {given['has_fields']}"
    ).to_arrow_table()
    names = [
        listed_company(company, listed)
        for company, listed in zip(companies["company"].to_pylist(), companies["listed"].to_pylist(), strict=True)
    ]
    _load(con, "match_listed_companies", companies, pa.array(names, pa.string()))


def _load(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table, picked: pa.Array) -> None:
    con.register("match_arrow", table.append_column("picked", picked))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM match_arrow")
    con.unregister("match_arrow")
