"""Fingerprints: everything matching looks at in a posting, and nothing else.

Postings that agree on all of it share one `print` (a hash of the contents, so that it does not depend on when or in
which order they arrived) and are one job without comparison. Text is hashed here once; later stages never read it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.application_page import application, marks
from tasks.dedupe.company_key import match_key
from tasks.dedupe.listed import pick_listed
from tasks.dedupe.place_key import place_key
from tasks.dedupe.relisted import NOWHERE
from tasks.dedupe.requisition import KNOWN, PLAIN
from tasks.dedupe.shingles import Shingled, keep_freed_memory, shingle
from tasks.dedupe.stated_place import stated_key, stated_sql
from tasks.dedupe.text_search import LONG, PLACES
from tasks.dedupe.title_key import term, title_key
from tasks.dedupe.words import plainly

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

TEXTS_AT_ONCE = 300  # about 0.6 MB: temporary arrays stay in the processor's cache (1400: 1.2x the time)
TEXT_SCHEMA = pa.schema(
    [
        ("posting_id", pa.string()),
        ("words", pa.int32()),
        ("text_hash", pa.uint64()),
        ("text_requisition", pa.string()),
        ("searched", pa.list_(pa.uint32())),
        ("shingles", pa.list_(pa.uint32())),
    ]
)

# What the source wrote, where loading keeps it in these columns of curated.postings. Without them the cleaned values stand
# in, and two terms of one internship, or two ways of writing one place, can no longer be told apart.
LISTED = ("title_listed", "company_listed", "places_listed")
READING = """
    md5_number_lower(regexp_replace(lower(concat_ws('|', CASE WHEN coalesce(c.key, '') = '' THEN r.named END, l.plain,
                                                    coalesce(r.places, r.locations::VARCHAR))), '[^\\pL\\pN]+', ' ', 'g'))
"""

# A title alone, or with a place, is the title of many jobs: who names no employer, has no text and no number is like
# nobody, not even like what reads the same (one list of 22,000 titles without employers has 191 "Java Developer").
NOBODY = "c.unnamed AND c.words = 0 AND c.requisition = '' AND c.application = ''"

# By row and not by id: new postings stand at the end of the table, and the texts of all others are not unpacked.
TOUCHED = "WHERE rowid IN (SELECT p.rowid FROM curated.postings AS p SEMI JOIN match_touched USING (posting_id))"

RAW = """
    CREATE OR REPLACE TEMP TABLE match_raw AS
    WITH read AS (
        SELECT p.* REPLACE (CASE WHEN len(coalesce(t.picked, p.titles)) > 0 THEN array_to_string(coalesce(t.picked, p.titles), chr(10))
                                 ELSE coalesce(title, '') END AS titles,
                            CASE WHEN {unlisted} THEN list_filter(coalesce(locations, []), lambda l: contains(lower({title_listed}), lower(l.city)))
                                 ELSE coalesce(locations, []) END AS locations,
                            CASE WHEN c.company IS NOT NULL THEN c.picked WHEN NOT coalesce(p.is_agency, false) THEN p.company END AS company),
               p.company AS named
        FROM (FROM curated.postings {touched}) AS p
        LEFT JOIN match_listed_titles AS t ON t.titles = p.titles AND t.listed = {title_listed}
        LEFT JOIN match_listed_companies AS c ON c.company = p.company AND c.listed = coalesce({company_listed}, '') AND {has_fields}
    )
    SELECT posting_id, company, requisition, locations, posted_on, url,
           CASE WHEN ends_with(lower(titles), ' at ' || lower(company))
                THEN left(titles, length(titles) - length(company) - 4) ELSE titles END AS titles,
           coalesce({title_listed}, titles) AS listed, NOT ({has_fields}) AS notice, {places_listed} AS places, {stated} AS stated,
           named
    FROM read
"""

# A title that repeats the place or, after "at", the employer says nothing by it: those words leave the core.
KEYED = """
    CREATE OR REPLACE TEMP TABLE match_keyed AS
    WITH parts AS (
        SELECT r.posting_id, l.wording, coalesce(r.named, c.key, '') = '' AS unnamed,
               CASE WHEN len(x.searched) + len(x.shingles) = 0 THEN {reading} ELSE 0 END AS reading,
               CASE WHEN len(x.searched) + len(x.shingles) = 0 THEN r.posted_on END AS posted_on,
               coalesce(c.key, '') AS company_key, coalesce(c.short, '') AS company_short,
               coalesce(c.parts, []) AS company_parts, t.core, t.head AS title_head, t.level, t.grade, l.years, l.seasons, p.cities, p.regions, p.countries,
               CASE WHEN NOT r.notice THEN [] WHEN len(t.roles) = 0 THEN [''] ELSE t.roles END AS roles,
               CASE WHEN regexp_matches(r.titles, '[-–—,(|:]| in ')
                    THEN list_filter(t.core, lambda w: NOT list_contains(p.words, w)) ELSE t.core END AS placeless,
               contains(lower(r.titles), ' at ') OR contains(r.titles, '@') AS says_at, c.words AS company_words,
               x.text_hash, x.words, x.searched, x.shingles,
               coalesce(nullif({plain}, ''), q.requisition, '') AS requisition, coalesce(a.application, '') AS application
        FROM match_raw AS r
        LEFT JOIN match_companies AS c ON c.company = r.company
        JOIN match_titles AS t ON t.titles = r.titles
        JOIN match_terms AS l ON l.listed = r.listed
        JOIN match_places AS p ON p.locations = r.locations AND p.places = coalesce(r.places, '') AND p.stated = r.stated
        JOIN match_texts AS x ON x.posting_id = r.posting_id
        LEFT JOIN ({known}) AS q ON q.posting_id = r.posting_id
        LEFT JOIN match_applications AS a ON a.url = r.url
    ), bare AS (
        SELECT *, CASE WHEN says_at THEN list_filter(placeless, lambda w: NOT list_contains(company_words, w))
                       ELSE placeless END AS nameless
        FROM parts
    ), cored AS (
        SELECT * EXCLUDE (core, placeless, nameless, says_at, company_words),
               array_to_string(CASE WHEN len(nameless) > 0 THEN nameless WHEN len(placeless) > 0 THEN placeless
                               ELSE core END, ' ') AS title_core
        FROM bare
    )
    SELECT c.*, md5_number_lower(concat_ws('|', company_key, company_short, array_to_string(company_parts, ';'), title_core, title_head, wording, reading, posted_on,
               len(roles), array_to_string(roles, ';'), level, grade, years, seasons, array_to_string(cities, ';'), array_to_string(regions, ';'),
               array_to_string(countries, ';'), requisition, application, text_hash, words,
               CASE WHEN {nowhere} OR {nobody} THEN c.posting_id ELSE s.posting_id END)) AS print
    FROM cored AS c LEFT JOIN match_separate AS s ON s.posting_id = c.posting_id
"""

STORE = """
    INSERT INTO curated.fingerprints BY NAME
    SELECT k.print, company_key, company_short, company_parts, title_core, title_head, wording, reading, posted_on, roles, level, grade, years,
           seasons, cities, regions, countries, requisition, application, text_hash, words, len(searched) + len(shingles) AS size, {places} AS places, searched, shingles
    FROM match_keyed AS k
    SEMI JOIN (
        SELECT min(posting_id) AS posting_id FROM match_keyed ANTI JOIN curated.fingerprints USING (print) GROUP BY print
    ) AS one USING (posting_id)
"""


def fingerprint(con: duckdb.DuckDBPyConnection, work_dir: Path, *, everything: bool) -> None:
    """Fill match_keyed (one row a touched posting, with its print) and add unseen prints to curated.fingerprints.

    Reads match_touched (`everything`: all postings are in it) and match_separate (postings that a human verdict tells
    apart: each gets a print of its own).
    """
    touched = "" if everything else TOUCHED
    given = _given(con)
    pick_listed(con, given)
    con.execute(RAW.format(touched=touched, stated=stated_sql("description", given["places_listed"]), **given))
    _keys_of_distinct_values(con)
    _applications(con)
    _texts(con, work_dir, touched)
    plain = PLAIN.format(number="coalesce(r.requisition, x.text_requisition, '')")
    con.execute(KEYED.format(reading=READING, plain=plain, known=KNOWN, nowhere=NOWHERE.format(x="c"), nobody=NOBODY))
    con.execute("CREATE OR REPLACE TEMP TABLE match_new AS "
                "SELECT DISTINCT print FROM match_keyed ANTI JOIN curated.fingerprints USING (print)")  # fmt: skip
    con.execute(STORE.format(places=PLACES))
    for table in (
        "match_raw",
        "match_listed_titles",
        "match_listed_companies",
        "match_companies",
        "match_titles",
        "match_terms",
        "match_places",
        "match_applications",
        "match_texts",
    ):
        con.execute(f"DROP TABLE {table}")


def _given(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """SQL for each of LISTED and for whether a record has fields at all, by name."""
    present = {
        row[0]
        for row in con.execute(
            """SELECT column_name FROM duckdb_columns() WHERE database_name = current_database()
            AND schema_name = 'curated' AND table_name = 'postings'"""
        ).fetchall()
    }
    given = {name: name if name in present else "NULL::VARCHAR" for name in LISTED}
    has_fields = f"coalesce({', '.join(given.values())}) IS NOT NULL"
    return {
        **given,
        "has_fields": has_fields,
        "unlisted": f"{has_fields} AND coalesce({given['places_listed']}, '') = ''",
    }


def _keys_of_distinct_values(con: duckdb.DuckDBPyConnection) -> None:
    names = [
        row[0] for row in con.execute("SELECT DISTINCT company FROM match_raw WHERE company IS NOT NULL").fetchall()
    ]
    companies = [match_key(name) for name in names]
    strings = pa.list_(pa.string())
    _load(con, "match_companies", {
        "company": pa.array(names, pa.string()), "key": pa.array([k.key for k in companies], pa.string()),
        "short": pa.array([k.short for k in companies], pa.string()),
        "parts": pa.array([k.parts for k in companies], strings), "words": pa.array([k.words for k in companies], strings),
    })  # fmt: skip
    titles = [row[0] for row in con.execute("SELECT DISTINCT titles FROM match_raw").fetchall()]
    keys = [title_key(text.split("\n") if text else ()) for text in titles]
    _load(con, "match_titles", {
        "titles": pa.array(titles, pa.string()), "core": pa.array([k.core.split() for k in keys], strings),
        "head": pa.array([k.head for k in keys], pa.string()),
        "level": pa.array([k.level for k in keys], pa.string()), "grade": pa.array([k.grade for k in keys], pa.string()),
        "roles": pa.array([k.roles for k in keys], strings),
    })  # fmt: skip
    listed = [row[0] for row in con.execute("SELECT DISTINCT listed FROM match_raw").fetchall()]
    terms = [term(text) for text in listed]
    plain = [plainly(text) for text in listed]
    # in any order: one board's "Engineer, Tides - New Grad" is another's "Engineer - New Grad (Tides)"
    wording = [_digest(" ".join(sorted(text.split()))) for text in plain]
    _load(con, "match_terms", {
        "listed": pa.array(listed, pa.string()), "plain": pa.array(plain, pa.string()), "wording": pa.array(wording, pa.uint64()), "years": pa.array([years for years, _ in terms], pa.string()),
        "seasons": pa.array([seasons for _, seasons in terms], pa.string()),
    })  # fmt: skip
    table = con.sql("SELECT DISTINCT locations, coalesce(places, '') AS places, stated FROM match_raw").to_arrow_table()
    told = zip(*(table.column(name).to_pylist() for name in ("locations", "places", "stated")), strict=True)
    places = [stated_key(stated) if stated else place_key(place, listed) for place, listed, stated in told]
    _load(con, "match_places", {
        **{name: table.column(name) for name in ("locations", "places", "stated")}, **{
            name: pa.array([getattr(p, name) for p in places], strings) for name in ("cities", "regions", "countries", "words")
        },
    })  # fmt: skip


def _applications(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT DISTINCT url FROM match_raw WHERE regexp_matches(url, $marks)"
    urls = [row[0] for row in con.execute(query, {"marks": marks()}).fetchall()]
    found = [application(url) for url in urls]
    _load(con, "match_applications", {"url": pa.array(urls, pa.string()), "application": pa.array(found, pa.string())})


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _load(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, pa.Array]) -> None:
    con.register("match_arrow", pa.table(columns))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM match_arrow")
    con.unregister("match_arrow")


def _texts(con: duckdb.DuckDBPyConnection, work_dir: Path, touched: str) -> None:
    """Shingle every touched text, in slices, through a file: a million texts' shingles are 180 MB."""
    work_dir.mkdir(parents=True, exist_ok=True)
    keep_freed_memory()
    path = work_dir / "shingles.arrow"
    reader = con.sql(f"SELECT posting_id, description FROM curated.postings {touched}").to_arrow_reader(
        200 * TEXTS_AT_ONCE
    )
    with pa.ipc.new_file(str(path), TEXT_SCHEMA) as file:
        for batch in reader:
            for start in range(0, batch.num_rows, TEXTS_AT_ONCE):
                file.write_batch(_shingled(batch.slice(start, TEXTS_AT_ONCE)))
    with pa.memory_map(str(path)) as source:
        con.register("match_arrow", pa.ipc.open_file(source).read_all())
        con.execute("CREATE OR REPLACE TEMP TABLE match_texts AS SELECT * FROM match_arrow")
        con.unregister("match_arrow")
    path.unlink()


def _shingled(batch: pa.RecordBatch) -> pa.RecordBatch:
    result = shingle(batch.column("description"))
    size = np.diff(result.offsets)
    asked = np.repeat(size < LONG, size) | (result.values % 2 == 0)
    return pa.record_batch(
        [
            batch.column("posting_id"),
            pa.array(result.words),
            pa.array(result.text_hash),
            pa.array(result.requisition, pa.string()),
            _lists(result, asked),
            _lists(result, ~asked),
        ],
        schema=TEXT_SCHEMA,
    )


def _lists(found: Shingled, some: npt.NDArray[np.bool_]) -> pa.ListArray:
    """The selected shingles of each text."""
    before = np.concatenate(([0], np.cumsum(some)))
    return pa.ListArray.from_arrays(pa.array(before[found.offsets].astype(np.int32)), pa.array(found.values[some]))
