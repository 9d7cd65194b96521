-- The routing rows of the users that seed-regional.sql makes.
SET synchronous_commit = off;

INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region)
SELECT
  md5('bench user ' || :'region' || n)::uuid, 'bench-' || :'region' || '-' || n,
  sha256(convert_to('bench-' || n || '@' || :'region' || '.example.com', 'UTF8')), :'region'
FROM generate_series(1, :users) AS n
ORDER BY 1;

VACUUM ANALYZE hub_users;
