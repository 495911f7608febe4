CREATE TABLE raw.payloads (
    payload_id UBIGINT NOT NULL,
    payload VARCHAR NOT NULL
);
