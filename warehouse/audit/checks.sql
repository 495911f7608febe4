CREATE TABLE audit.checks (
    run_id VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL,
    column_name VARCHAR,
    severity VARCHAR NOT NULL,
    "rows" BIGINT NOT NULL,
    failing BIGINT NOT NULL,
    passed BOOLEAN NOT NULL,
    raised BOOLEAN NOT NULL,
    observed VARCHAR,
    meaning VARCHAR
);
