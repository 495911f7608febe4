CREATE TABLE audit.quarantine (
    raw_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    source_file VARCHAR NOT NULL,
    source_key VARCHAR,
    ordinal BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR,
    stage VARCHAR NOT NULL,
    rule VARCHAR,
    payload VARCHAR NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    replayed_in VARCHAR,
    payload_bytes BLOB,
    expired_in VARCHAR
);
