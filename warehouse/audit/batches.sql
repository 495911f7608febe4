CREATE TABLE audit.batches (
    batch_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    records BIGINT NOT NULL,
    "new" BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    merged BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    rulebook_version VARCHAR NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL,
    kind VARCHAR NOT NULL DEFAULT 'capture',
    landed_bytes BIGINT,
    record_bytes BIGINT,
    between_bytes BIGINT
);
