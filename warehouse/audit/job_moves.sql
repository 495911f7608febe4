CREATE TABLE audit.job_moves (
    run_id VARCHAR NOT NULL,
    posting_id VARCHAR NOT NULL,
    job_before VARCHAR NOT NULL,
    job_after VARCHAR NOT NULL
);
