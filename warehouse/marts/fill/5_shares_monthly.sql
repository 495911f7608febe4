-- Every definition over every denominator, zeros included: a month without one such posting is a finding, not a gap.
INSERT INTO marts.shares_monthly BY NAME
WITH counted AS (
    SELECT c.basis, c."month", c.mask, sum(c.n) AS n FROM mart_cells AS c GROUP BY ALL
),
pairs AS (
    SELECT d.definition, d.position, o.definition AS denominator, o.position AS over_position
    FROM marts.definitions AS d
    JOIN marts.definitions AS o ON o.kind = 'denominator' AND o.definition <> d.definition
    WHERE d.definition <> 'all'
),
newest AS (
    SELECT max(last_seen AT TIME ZONE 'UTC') AS at FROM curated.postings
),
pooled AS (
    SELECT c."month", p.definition, p.denominator, c.basis,
           coalesce(sum(c.n) FILTER ((c.mask >> p.position) & 1 = 1), 0)::BIGINT AS numerator,
           sum(c.n)::BIGINT AS total
    FROM counted AS c
    JOIN pairs AS p ON (c.mask >> p.over_position) & 1 = 1
    GROUP BY ALL
)
SELECT pooled.*, numerator / total AS "share", marts.wilson_low(numerator, total) AS low,
       marts.wilson_high(numerator, total) AS high, newest.at >= "month" + INTERVAL 1 MONTH AS complete
FROM pooled
CROSS JOIN newest
ORDER BY definition, denominator, basis, "month";
