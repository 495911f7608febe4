CREATE TABLE audit.matchers (
    version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
