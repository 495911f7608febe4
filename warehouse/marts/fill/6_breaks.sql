-- What the data itself says about breaks; those that come from outside are written down in breaks.csv.
INSERT INTO marts.breaks BY NAME
WITH months AS (
    SELECT source, "month", lag("month") OVER (PARTITION BY source ORDER BY "month") AS before
    FROM (SELECT DISTINCT source, "month" FROM mart_cells WHERE basis = 'postings')
),
bounds AS (
    SELECT source, min("month") AS first, max("month") AS last, min(min("month")) OVER () AS start,
           max(max("month")) OVER () AS stop
    FROM months
    GROUP BY source
),
versions AS (
    SELECT rulebook_version, min(loaded_at) AS since FROM audit.batches GROUP BY rulebook_version
)
SELECT first AS "day", source, 'source_added' AS kind,
       source || ' begins here: counts rise for a reason that is not the market' AS what
FROM bounds WHERE first > start
UNION ALL
SELECT (last + INTERVAL 1 MONTH)::DATE, source, 'source_ended', source || ' has no posting from here on'
FROM bounds WHERE last < stop
UNION ALL
SELECT (before + INTERVAL 1 MONTH)::DATE, source, 'source_gap',
       source || ' has no posting until ' || strftime("month", '%Y-%m')
FROM months WHERE "month" > before + INTERVAL 1 MONTH
UNION ALL
SELECT (since AT TIME ZONE 'UTC')::DATE, NULL, 'rulebook_changed', 'cleaned by rulebook ' || rulebook_version || ' from here on'
FROM versions WHERE since > (SELECT min(since) FROM versions);
