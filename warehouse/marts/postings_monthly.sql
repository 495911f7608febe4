CREATE TABLE marts.postings_monthly (
    "month" DATE NOT NULL,
    source VARCHAR NOT NULL,
    country VARCHAR,
    role_family VARCHAR,
    definition VARCHAR NOT NULL,
    new_postings BIGINT NOT NULL,
    new_jobs BIGINT NOT NULL
);
