-- A small batch and warehouse in which everything holds: 60 good records of two sources, one set aside while splitting,
-- two postings a job. Only the columns that suites look at. Every expectation passes here, and fails on its mutant.
CREATE SCHEMA raw; CREATE SCHEMA curated; CREATE SCHEMA audit; CREATE SCHEMA marts;

CREATE TABLE work.captures AS
SELECT 'cap_' || s AS capture_id, s AS source, TIMESTAMPTZ '2026-03-02 09:00:00+00' AS observed_at, 'snapshot' AS coverage
FROM (VALUES ('alpha'), ('beta')) AS t(s);

CREATE TABLE work.staging AS
SELECT 'raw' || i AS raw_id, 'cap_' || source AS capture_id, source, 'post' || i AS posting_id, 'content' || i AS content_id,
       'k' || i AS source_key, ['Data Engineer', 'Nurse', 'Senior Backend Developer'][i % 3 + 1] AS title,
       'Company ' || i % 7 AS company, 'https://jobs.example.org/' || i AS url, 'en' AS "language",
       1 AS locations_count, ['US', 'FR'][i % 2 + 1] AS country, ['senior', 'junior'][i % 2 + 1] AS seniority,
       'data_engineer' AS role_family, ['full_time'] AS employment_type, ['remote', 'onsite'] AS workplace,
       50000.0::DOUBLE AS salary_min, 60000.0::DOUBLE AS salary_max, 'USD' AS salary_currency, 'year' AS salary_period,
       50000.0::DOUBLE AS salary_year_usd_min, 60000.0::DOUBLE AS salary_year_usd_max, DATE '2026-03-01' AS posted_on,
       DATE '2026-03-02' AS captured_on, 1500 AS description_chars, false AS has_markup,
       NULL::VARCHAR AS reason, NULL::VARCHAR AS detail
FROM (SELECT range::INT AS i, ['alpha', 'beta'][range % 2 + 1] AS source FROM range(60));

CREATE TABLE work.keys AS
SELECT raw_id, capture_id, source, 'jobs.csv' AS source_file, source_key, row_number() OVER (ORDER BY raw_id) AS ordinal,
       posting_id, content_id, NULL::VARCHAR AS reason, TIMESTAMPTZ '2026-03-02 09:00:00+00' AS seen_at,
       NULL::VARCHAR AS recency, false AS listed_closed
FROM work.staging
UNION ALL
SELECT 'raw_bad', 'cap_alpha', 'alpha', 'jobs.csv', NULL, 1000, NULL, NULL, 'ragged', TIMESTAMPTZ '2026-03-02 09:00:00+00',
       NULL, false;

CREATE TABLE work.to_clean AS SELECT posting_id, content_id, raw_id FROM work.staging;

CREATE TABLE raw.captures AS SELECT capture_id, source, observed_at, coverage FROM work.captures;
CREATE TABLE raw.record_index AS SELECT raw_id, capture_id, source FROM work.keys;

CREATE TABLE curated.sightings AS
SELECT posting_id, capture_id, raw_id, source, content_id, NULL::VARCHAR AS recency, false AS listed_closed, 'new' AS outcome
FROM work.staging;
CREATE TABLE audit.quarantine AS
SELECT raw_id, capture_id, reason, 'split' AS stage, NULL::VARCHAR AS replayed_in FROM work.keys WHERE reason IS NOT NULL;
CREATE TABLE audit.batches AS
SELECT capture_id AS batch_id, 'run1' AS run_id, capture_id, source, count(*) AS records,
       count(*) FILTER (reason IS NULL) AS "new", 0::BIGINT AS unchanged, 0::BIGINT AS changed, 0::BIGINT AS merged,
       count(*) FILTER (reason IS NOT NULL) AS quarantined, now() AS loaded_at, 'capture' AS kind,
       1000::BIGINT AS landed_bytes, 960::BIGINT AS record_bytes, 40::BIGINT AS between_bytes
FROM work.keys GROUP BY ALL;

CREATE TABLE curated.postings AS
SELECT posting_id, 'job' || (row_number() OVER (ORDER BY raw_id) - 1) // 2 AS job_id, raw_id, source, title, company,
       content_id, url, "language", [{city: NULL::VARCHAR, country: country}] AS locations,
       [{"min": salary_min, "max": salary_max, currency: salary_currency, period: salary_period}] AS salary,
       salary_year_usd_min, salary_year_usd_max, seniority, role_family, employment_type, workplace, posted_on,
       'a text' AS description,
       TIMESTAMPTZ '2026-03-02 09:00:00+00' AS first_seen, TIMESTAMPTZ '2026-03-02 09:00:00+00' AS last_seen,
       NULL::DATE AS closed_on
FROM work.staging;
CREATE TABLE curated.versions AS
SELECT posting_id, first_seen AS valid_from, NULL::TIMESTAMPTZ AS valid_to FROM curated.postings;
CREATE TABLE curated.spells AS
SELECT posting_id, 1 AS spell, first_seen AS opened_at, last_seen, NULL::TIMESTAMPTZ AS closed_at FROM curated.postings;
CREATE TABLE curated.jobs AS
SELECT job_id, count(*)::INT AS postings, list(DISTINCT source) AS sources, min(first_seen) AS first_seen,
       max(last_seen) AS last_seen, 0 AS repost_count
FROM curated.postings GROUP BY job_id;
CREATE TABLE curated.companies AS SELECT DISTINCT 'c' || company AS company_id, company AS name FROM curated.postings;
CREATE TABLE audit.matches AS
SELECT min(posting_id) AS posting_a, max(posting_id) AS posting_b, 'FULL' AS label, 0.9::DOUBLE AS score,
       NULL::VARCHAR AS veto
FROM curated.postings GROUP BY job_id;

CREATE TABLE audit.batch_profiles (
    run_id VARCHAR, source VARCHAR, "day" DATE, measure VARCHAR, n BIGINT, "value" DOUBLE, mix MAP(VARCHAR, BIGINT),
    accepted BOOLEAN
);

CREATE TABLE marts.definitions AS
SELECT * FROM (VALUES ('all', 1, 'All', 'denominator'), ('deep', 1, 'Deep learning', 'subject'))
AS t(definition, version, title, kind);
CREATE TABLE marts.posting_definitions AS
SELECT posting_id, 'all' AS definition FROM curated.postings
UNION ALL SELECT posting_id, 'deep' FROM curated.postings WHERE posting_id < 'post3';
CREATE TABLE marts.postings_monthly AS
SELECT DATE '2026-03-01' AS "month", p.source, NULL::VARCHAR AS country, 'data_engineer' AS role_family, d.definition,
       count(*) AS new_postings, 0::BIGINT AS new_jobs
FROM curated.postings AS p JOIN marts.posting_definitions AS d USING (posting_id) GROUP BY ALL;
UPDATE marts.postings_monthly SET new_jobs = 30 WHERE source = 'alpha' AND definition = 'all';
CREATE TABLE marts.shares_monthly AS
SELECT DATE '2026-03-01' AS "month", 'deep' AS definition, 'all' AS denominator, basis, 15::BIGINT AS numerator,
       60::BIGINT AS total, 0.25::DOUBLE AS "share", 0.16::DOUBLE AS low, 0.37::DOUBLE AS high
FROM (VALUES ('postings'), ('jobs')) AS t(basis);
CREATE TABLE marts.breaks AS
SELECT DATE '2026-03-01' AS "day", 'beta' AS source, 'source_added' AS kind, 'beta begins here: counts rise' AS what;
