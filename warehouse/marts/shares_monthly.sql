CREATE TABLE marts.shares_monthly (
    "month" DATE NOT NULL,
    definition VARCHAR NOT NULL,
    denominator VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    numerator BIGINT NOT NULL,
    total BIGINT NOT NULL,
    "share" DOUBLE NOT NULL,
    low DOUBLE NOT NULL,
    high DOUBLE NOT NULL,
    complete BOOLEAN NOT NULL
);
