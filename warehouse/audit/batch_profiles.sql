CREATE TABLE audit.batch_profiles (
    run_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    "day" DATE NOT NULL,
    measure VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    "value" DOUBLE,
    mix MAP(VARCHAR, BIGINT),
    accepted BOOLEAN NOT NULL
);
