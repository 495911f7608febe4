CREATE TABLE audit.removals (
    removal_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    source VARCHAR,
    items BIGINT NOT NULL,
    mentions BIGINT,
    bytes BIGINT,
    why VARCHAR NOT NULL,
    removed_at TIMESTAMPTZ NOT NULL,
    removed_by VARCHAR NOT NULL
);
