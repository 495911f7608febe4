CREATE TABLE audit.change_values (
    change_id UBIGINT NOT NULL,
    field VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    before VARCHAR,
    after VARCHAR
);
