CREATE TABLE curated.spells (
    posting_id VARCHAR NOT NULL,
    spell INTEGER NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    reopened_from INTEGER
);
