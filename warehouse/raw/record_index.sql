CREATE TABLE raw.record_index (
    raw_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    source_file VARCHAR NOT NULL,
    source_key VARCHAR,
    ordinal BIGINT NOT NULL,
    payload_id UBIGINT NOT NULL
);
