CREATE TABLE marts.breaks (
    "day" DATE NOT NULL,
    source VARCHAR,
    kind VARCHAR NOT NULL,
    what VARCHAR NOT NULL
);
