INSERT INTO marts.postings_monthly BY NAME
SELECT c."month", c.source, c.country, c.role_family, d.definition,
       coalesce(sum(c.n) FILTER (c.basis = 'postings'), 0)::BIGINT AS new_postings,
       coalesce(sum(c.n) FILTER (c.basis = 'jobs'), 0)::BIGINT AS new_jobs
FROM mart_cells AS c
JOIN marts.definitions AS d ON (c.mask >> d.position) & 1 = 1
GROUP BY ALL
ORDER BY c."month", c.source, d.definition;
