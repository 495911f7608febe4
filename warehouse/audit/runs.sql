CREATE TABLE audit.runs (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    status VARCHAR NOT NULL,
    published BOOLEAN NOT NULL,
    reason VARCHAR,
    records BIGINT NOT NULL,
    "new" BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    merged BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    rulebook_version VARCHAR NOT NULL,
    steps STRUCT(step VARCHAR, wall_seconds DOUBLE, cpu_seconds DOUBLE, peak_memory_mb BIGINT)[]
);
