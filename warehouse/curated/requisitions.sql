CREATE TABLE curated.requisitions (
    posting_id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    requisition VARCHAR NOT NULL
);
