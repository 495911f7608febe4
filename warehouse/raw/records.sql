CREATE VIEW raw.records AS
SELECT i.raw_id, i.capture_id, i.source, i.source_file, i.source_key, i.ordinal, p.payload
FROM raw.record_index AS i
LEFT JOIN raw.payloads AS p USING (payload_id);
