CREATE TABLE audit.verdicts (
    posting_a VARCHAR NOT NULL,
    posting_b VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
