-- One slim row a posting: where it is counted, and the definitions it meets as bits (bit = position in the list).
-- Terms are turned into bits first, so that a posting is joined to a mask and never compared with every definition.
CREATE OR REPLACE TEMP TABLE mart_facts AS
WITH bits AS (
    SELECT *, 1::UBIGINT << position AS bit FROM marts.definitions
),
families AS (
    SELECT term, bit_or(bit) AS mask FROM (SELECT unnest(role_families) AS term, bit FROM bits) GROUP BY term
),
named AS (
    SELECT term, bit_or(bit) AS mask FROM (SELECT unnest(technologies) AS term, bit FROM bits) GROUP BY term
),
stacks AS (  -- lists of technologies repeat: look inside each distinct list once
    SELECT stack, bit_or(named.mask) AS mask
    FROM (SELECT stack, unnest(stack) AS term
          FROM (SELECT DISTINCT technologies AS stack FROM curated.postings WHERE len(technologies) > 0))
    JOIN named USING (term)
    GROUP BY stack
),
said AS (
    SELECT h.posting_id, bit_or(b.bit) AS mask
    FROM (SELECT posting_id, unnest(phrases) AS phrase FROM mart_phrases) AS h
    JOIN (SELECT unnest(phrases) AS phrase, bit FROM bits) AS b USING (phrase)
    GROUP BY h.posting_id
),
flags AS (
    SELECT coalesce(bit_or(bit) FILTER (list_contains(flags, 'deep_learning')), 0) AS deep,
           coalesce(bit_or(bit) FILTER (list_contains(flags, 'machine_learning')), 0) AS machine,
           coalesce(bit_or(bit) FILTER (definition = 'all'), 0) AS everything
    FROM bits
)
SELECT p.posting_id,
       coalesce(p.job_id, p.posting_id) AS job,
       coalesce(p.posted_on, (p.first_seen AT TIME ZONE 'UTC')::DATE) AS day,
       p.source,
       list_distinct(list_transform(p.locations, lambda place: place.country)) AS countries,
       CASE WHEN len(countries) > 1 THEN 'several' ELSE countries[1] END AS country,
       p.role_family,
       flags.everything
       | CASE WHEN p.deep_learning THEN flags.deep ELSE 0::UBIGINT END
       | CASE WHEN p.machine_learning THEN flags.machine ELSE 0::UBIGINT END
       | coalesce(families.mask, 0::UBIGINT) | coalesce(stacks.mask, 0::UBIGINT) | coalesce(said.mask, 0::UBIGINT) AS mask
FROM curated.postings AS p
CROSS JOIN flags
LEFT JOIN families ON families.term = p.role_family
LEFT JOIN stacks ON stacks.stack = p.technologies
LEFT JOIN said ON said.posting_id = p.posting_id;
