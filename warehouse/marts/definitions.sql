CREATE TABLE marts.definitions (
    definition VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    phrases VARCHAR[] NOT NULL,
    flags VARCHAR[] NOT NULL,
    role_families VARCHAR[] NOT NULL,
    technologies VARCHAR[] NOT NULL,
    position INTEGER NOT NULL
);
