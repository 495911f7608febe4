CREATE VIEW curated.gold AS
SELECT r.source_file, coalesce(r.source_key, r.ordinal::VARCHAR) AS source_key, true AS is_posting, p.language, p.company,
       p.titles, p.seniority, p.role_family, p.employment_type, p.workplace, p.locations, p.salary, p.technologies,
       p.deep_learning, p.machine_learning, p.posted_on
FROM curated.sightings AS s
JOIN raw.record_index AS r USING (raw_id)
JOIN curated.postings AS p ON p.posting_id = s.posting_id
UNION ALL
SELECT source_file, coalesce(source_key, ordinal::VARCHAR), false, NULL, NULL, [], NULL, NULL, [], [], [], [], [], false,
       false, NULL
FROM audit.quarantine
WHERE reason LIKE 'not_a_posting%' AND replayed_in IS NULL;
