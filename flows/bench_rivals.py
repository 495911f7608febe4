"""The same records given to two libraries that people use for this: datasketch's MinHashLSH, and Splink on DuckDB.

Neither is a dependency of the project: `uv run --with datasketch --with splink`. Both are used as their documentation
shows, with the settings below; what they put together becomes jobs by connected components.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import duckdb

PERMUTATIONS, THRESHOLD = 64, 0.7  # of MinHash: texts whose sets of word 4-grams overlap by so much
WORDS = re.compile(r"[^\W\d_]+")
PROBABLE = 0.95  # of Splink: the match probability from which two records are one
ROWS = """
    SELECT posting_id AS unique_id, lower(title) AS title, lower(company) AS company, locations[1].city AS city,
           locations[1].region AS region, requisition, posted_on, description
    FROM curated.postings ORDER BY unique_id
"""

# What Splink can compare of a text: its word 4-grams as an array of hashes, of which one in eight is kept.
GRAMS = """
    WITH split AS (SELECT unique_id, regexp_extract_all(lower(description), '[^\\W\\d_]+') AS words FROM rows)
    SELECT rows.* EXCLUDE (description),
           list_distinct([h FOR h IN [hash(words[n : n + 3]) FOR n IN range(1, len(words) - 2)] IF h % 8 = 0]) AS grams
    FROM rows JOIN split USING (unique_id)
"""
ALIKE_GRAMS = [16, 8, 3]  # so many in common are three levels of likeness

Jobs = dict[str, str]  # posting -> job


def joined(pairs: Iterable[tuple[str, str]]) -> Jobs:
    """Connected components, named after one of their members."""
    leader: Jobs = {}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = name = leader[leader[name]]
        return name

    for a, b in pairs:
        leader[lead(a)] = lead(b)
    return {name: lead(name) for name in leader}


def _alike(con: duckdb.DuckDBPyConnection, *, fields: bool) -> Iterator[tuple[str, str]]:
    """Pairs of texts that are alike; with `fields` of one company, city and title only."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    said: dict[str, tuple[Any, ...]] = {}
    rows = con.execute(ROWS)
    while batch := rows.fetchmany(10_000):
        for name, title, company, city, _, _, _, text in batch:
            words = WORDS.findall((text or "").lower())
            sketch = MinHash(num_perm=PERMUTATIONS)
            sketch.update_batch([" ".join(words[n : n + 4]).encode() for n in range(max(len(words) - 3, 1))])
            said[name] = (title, company, city)
            for other in lsh.query(sketch):
                if not fields or said[other] == said[name]:
                    yield str(other), name
            lsh.insert(name, sketch)


def datasketch_text(con: duckdb.DuckDBPyConnection) -> Jobs:
    """MinHash LSH over the texts alone."""
    return joined(_alike(con, fields=False))


def datasketch_fields(con: duckdb.DuckDBPyConnection) -> Jobs:
    """MinHash LSH over the texts, and the same company, city and title."""
    return joined(_alike(con, fields=True))


def splink_fields(con: duckdb.DuckDBPyConnection) -> Jobs:
    """Splink: a Fellegi-Sunter model of title, company, place and requisition, trained on these records."""
    return _splink(con, texts=False)


def splink_texts(con: duckdb.DuckDBPyConnection) -> Jobs:
    """The same with what the texts have in common as one more comparison."""
    return _splink(con, texts=True)


def _splink(con: duckdb.DuckDBPyConnection, *, texts: bool) -> Jobs:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows = con.sql(ROWS if texts else ROWS.replace(", description", "")).to_arrow_table()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.97, 0.9]),
            cl.JaroWinklerAtThresholds("company", [0.97, 0.9]),
            cl.ExactMatch("city"),
            cl.ExactMatch("region"),
            cl.ExactMatch("requisition"),
            *([cl.ArrayIntersectAtSizes("grams", ALIKE_GRAMS)] if texts else []),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("company", "title"),
            block_on("company", "city"),
            block_on("title", "city", "substr(company, 1, 3)"),
            block_on("requisition", "city"),
        ],
    )
    work = duckdb.connect()
    work.register("rows", rows)
    work.execute(f"CREATE TABLE postings AS {GRAMS if texts else 'FROM rows'}")
    linker = _linker(Linker, DuckDBAPI(connection=work), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("company", "title", "city")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("company", "city"), block_on("title", "city")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=PROBABLE)
    pairs = work.sql(f"SELECT unique_id_l, unique_id_r FROM {found.physical_name}").fetchall()
    return joined(pairs)


def _linker(kind: Any, api: Any, settings: Any) -> Any:
    """Splink 5 registers its input; before that a table's name was enough."""
    if hasattr(api, "register"):
        return kind(api.register("postings"), settings)
    return kind("postings", settings, db_api=api)


RIVALS: dict[str, Callable[[duckdb.DuckDBPyConnection], Jobs]] = {
    "datasketch, texts": datasketch_text,
    "datasketch, texts and fields": datasketch_fields,
    "Splink, fields": splink_fields,
    "Splink, texts and fields": splink_texts,
}
