"""Companies as the postings name them: one row a company_id, with the name most used and every other spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

ALIASES = 50  # spellings kept of one company; more is somebody writing sentences into the company field


def rebuild(con: duckdb.DuckDBPyConnection, *, everyone: bool) -> None:
    """Make curated.companies anew: for everyone, else only for the companies of touched postings.

    A posting that was changed or went may have had another company: which one, nobody knows any more.
    """
    touched = "(SELECT company_id FROM curated.postings SEMI JOIN match_touched USING (posting_id))"
    some = "" if everyone else f"SEMI JOIN {touched} AS t USING (company_id)"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE match_called AS
        WITH spelled AS (
            SELECT company_id, company, bool_or(is_agency IS TRUE) AS agency, count(*) AS postings
            FROM curated.postings {some} WHERE company_id IS NOT NULL AND company IS NOT NULL GROUP BY company_id, company
        )
        SELECT company_id, arg_max(company, (postings, company)) AS name, list(company ORDER BY postings DESC, company) AS all_names,
               bool_or(agency) AS is_agency, sum(postings)::BIGINT AS postings
        FROM spelled GROUP BY company_id
        """
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE match_companies AS SELECT company_id, name, "
                f"list_filter(all_names, lambda n: n <> name)[:{ALIASES}] AS aliases, is_agency, postings FROM match_called")  # fmt: skip
    con.execute(
        f"""
        DELETE FROM curated.companies
        WHERE {"true" if everyone else "company_id IN (SELECT company_id FROM match_companies)"} AND NOT EXISTS (
            SELECT 1 FROM match_companies AS n
            WHERE n.company_id = companies.company_id AND n.name = companies.name AND n.aliases = companies.aliases
              AND n.is_agency = companies.is_agency AND n.postings = companies.postings)
        """
    )
    con.execute(
        "INSERT INTO curated.companies BY NAME FROM match_companies ANTI JOIN curated.companies USING (company_id)"
    )
