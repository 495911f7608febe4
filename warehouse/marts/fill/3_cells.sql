-- Postings and jobs as counts by cell, while the definitions are still one mask: a few thousand rows from here on.
-- A job stands where its first posting stands, and meets a definition if any of its postings does.
CREATE OR REPLACE TEMP TABLE mart_cells AS
SELECT 'postings' AS basis, date_trunc('month', day)::DATE AS "month", source, country, role_family, mask, count(*) AS n
FROM mart_facts
GROUP BY ALL
UNION ALL
SELECT 'jobs', date_trunc('month', first.day)::DATE, first.source, first.country, first.role_family, mask, count(*)
FROM (
    SELECT min(struct_pack(day, posting_id, source, country, role_family)) AS first, bit_or(mask) AS mask
    FROM mart_facts
    GROUP BY job
)
GROUP BY ALL;
