-- An employer with many users, as the seeds of hub users: for throw-away databases only. Everybody was added one second after the
-- one before; every tenth has a role.
SET synchronous_commit = off;

INSERT INTO org_users (org_user_id, email_address, employer_id, full_name, password_hash, status, is_admin, created_at)
SELECT
  md5('bench colleague ' || n)::uuid, 'colleague-' || n || '@tenant.example.com', md5('bench tenant')::uuid,
  'Colleague ' || translate(n::text, '0123456789', 'abcdefghij'), '$argon2id$', 'active', n = 1,
  '2026-01-01T00:00:00Z'::timestamptz + n * INTERVAL '1 second'
FROM generate_series(1, :users) AS n;

INSERT INTO org_user_roles (org_user_id, role_id)
SELECT md5('bench colleague ' || n)::uuid, role_id
FROM generate_series(1, :users, 10) AS n, roles
WHERE role_name = 'org:invite_users';

INSERT INTO org_sessions (token_hash, org_user_id, expires_at)
VALUES (sha256(convert_to(lpad('1', 64, '0'), 'UTF8')), md5('bench colleague 1')::uuid, now() + INTERVAL '1 day');

VACUUM ANALYZE org_users, org_user_roles, org_sessions;
