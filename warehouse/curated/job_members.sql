CREATE TABLE curated.job_members (
    posting_id VARCHAR NOT NULL,
    print UBIGINT NOT NULL,
    job_id VARCHAR NOT NULL
);
