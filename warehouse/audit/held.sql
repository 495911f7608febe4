CREATE TABLE audit.held (
    run_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    records BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    checks VARCHAR[] NOT NULL,
    released_in VARCHAR,
    accepted_by VARCHAR,
    accepted_at TIMESTAMPTZ,
    accepted_why VARCHAR,
    PRIMARY KEY (run_id, capture_id)
);
