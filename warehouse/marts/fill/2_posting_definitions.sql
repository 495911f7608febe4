INSERT INTO marts.posting_definitions BY NAME
SELECT f.posting_id, d.definition
FROM mart_facts AS f
JOIN marts.definitions AS d ON (f.mask >> d.position) & 1 = 1;
