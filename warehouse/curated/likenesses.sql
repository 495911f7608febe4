CREATE TABLE curated.likenesses (
    a UBIGINT NOT NULL,
    b UBIGINT NOT NULL,
    score FLOAT NOT NULL
);
