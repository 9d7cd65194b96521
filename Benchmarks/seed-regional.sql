-- Bench users of one region, each with one session. The tokens are counters, so that anybody can compute them:
-- for throw-away databases only. All users share one password hash; verifying it costs the same.
SET synchronous_commit = off;

INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash, resident_country_code)
SELECT
  md5('bench user ' || :'region' || n)::uuid, 'bench-' || n || '@' || :'region' || '.example.com',
  'bench-' || :'region' || '-' || n, :'hash', 'DE'
FROM generate_series(1, :users) AS n
ORDER BY 1;

INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
SELECT
  sha256(convert_to(lpad(n::text, 64, '0'), 'UTF8')), md5('bench user ' || :'region' || n)::uuid,
  now() + INTERVAL '1 day'
FROM generate_series(1, :users) AS n
ORDER BY 1;

VACUUM ANALYZE hub_users, hub_sessions;
