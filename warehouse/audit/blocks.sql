CREATE TABLE audit.blocks (
    run_id VARCHAR NOT NULL,
    block VARCHAR NOT NULL,
    passed_over BIGINT NOT NULL
);
