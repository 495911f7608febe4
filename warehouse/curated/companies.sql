CREATE TABLE curated.companies (
    company_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    aliases VARCHAR[] NOT NULL,
    is_agency BOOLEAN NOT NULL,
    postings BIGINT NOT NULL
);
