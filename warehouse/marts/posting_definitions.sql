CREATE TABLE marts.posting_definitions (
    posting_id VARCHAR NOT NULL,
    definition VARCHAR NOT NULL
);
