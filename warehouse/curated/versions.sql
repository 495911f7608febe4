CREATE TABLE curated.versions (
    posting_id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    raw_id VARCHAR NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ,
    title VARCHAR,
    company VARCHAR,
    locations STRUCT(city VARCHAR, region VARCHAR, country VARCHAR)[],
    salary STRUCT("min" DOUBLE, "max" DOUBLE, currency VARCHAR, period VARCHAR)[],
    posted_on DATE,
    rulebook_version VARCHAR NOT NULL
);
