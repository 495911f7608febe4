CREATE TABLE audit.rules (
    code VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    does VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    leaves_alone VARCHAR NOT NULL
);
