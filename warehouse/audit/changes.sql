CREATE VIEW audit.changes AS
SELECT c.posting_id, v.field, v.rule, v.before, v.after, c.step
FROM (
    SELECT posting_id, unnest(change_ids) AS change_id, generate_subscripts(change_ids, 1) AS step
    FROM curated.postings
) AS c
JOIN audit.change_values AS v USING (change_id);
