CREATE TABLE audit.matches (
    posting_a VARCHAR NOT NULL,
    posting_b VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    evidence MAP(VARCHAR, DOUBLE),
    score DOUBLE NOT NULL,
    veto VARCHAR,
    decided_by VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
