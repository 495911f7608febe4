CREATE TABLE curated.fingerprints (
    print UBIGINT NOT NULL,
    company_key VARCHAR NOT NULL,
    company_short VARCHAR NOT NULL,
    title_core VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    grade UTINYINT NOT NULL,
    years VARCHAR NOT NULL,
    seasons VARCHAR NOT NULL,
    cities VARCHAR[] NOT NULL,
    regions VARCHAR[] NOT NULL,
    countries VARCHAR[] NOT NULL,
    requisition VARCHAR NOT NULL,
    text_hash UBIGINT NOT NULL,
    words INTEGER NOT NULL,
    shingles UINTEGER[] NOT NULL
);
