CREATE MACRO marts.wilson_low(k, n) AS
CASE WHEN n > 0 THEN greatest(0, least(k / n::DOUBLE,
    (k / n::DOUBLE + 3.8414588206941236e0 / (2e0 * n)
     - 1.959963984540054e0 * sqrt(k / n::DOUBLE * (1e0 - k / n::DOUBLE) / n + 3.8414588206941236e0 / (4e0 * n * n)))
    / (1e0 + 3.8414588206941236e0 / n))) END;
