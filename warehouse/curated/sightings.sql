CREATE TABLE curated.sightings (
    posting_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    raw_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    recency VARCHAR,
    listed_closed BOOLEAN NOT NULL,
    outcome VARCHAR NOT NULL
);
