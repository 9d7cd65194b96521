-- Signups of employers and of agencies, from the first request to the proof. {{portal}} begins the tables' names, {{Portal}} stands in
-- the queries' names, {{tenant}} names the tenant's domains.
--
-- expand: global/org_signup.sql portal=org Portal=Org tenant=employer
-- expand: global/agency_signup.sql portal=agency Portal=Agency tenant=agency

-- One signup at a time for a domain, until the end of the transaction.
-- name: Lock{{Portal}}SignupDomain :exec
SELECT pg_advisory_xact_lock(hashtextextended('{{portal}} ' || sqlc.arg(domain)::TEXT, 1))::TEXT AS domain_lock;

-- What keeps a domain from being signed up with an address; always one row.
-- lookup
-- name: Find{{Portal}}SignupObstacles :one
SELECT
  EXISTS (
    SELECT 1
    FROM {{portal}}_users
    WHERE {{portal}}_users.email_address_hash = @email_address_hash
  ) AS is_address_known,
  EXISTS (
    SELECT 1
    FROM global_{{tenant}}_domains
    WHERE global_{{tenant}}_domains.domain = @domain
  ) AS is_domain_owned,
  EXISTS (
    SELECT 1
    FROM {{portal}}_signup_tokens
    WHERE {{portal}}_signup_tokens.domain = @domain
      AND consumed_at IS NULL
      AND expires_at > now()
  ) AS is_under_way;

-- A signup, valid for `lifetime_ms` milliseconds by the database's clock.
-- name: Insert{{Portal}}SignupToken :one
INSERT INTO {{portal}}_signup_tokens (
  token_hash, dns_token, email_address, email_address_hash, domain, home_region, expires_at
)
VALUES (
  @token_hash,
  @dns_token,
  @email_address,
  @email_address_hash,
  @domain,
  @home_region,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- A signup that can be completed.
-- lookup
-- name: Find{{Portal}}Signup :one
SELECT
  dns_token,
  email_address,
  domain,
  home_region
FROM {{portal}}_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- Zero rows when somebody else has completed it, or it has expired.
-- name: Consume{{Portal}}SignupToken :execrows
UPDATE {{portal}}_signup_tokens
SET consumed_at = now()
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- name: Release{{Portal}}SignupToken :execrows
UPDATE {{portal}}_signup_tokens
SET consumed_at = NULL
WHERE token_hash = @token_hash;

-- A signup whose mails were never queued: nobody has its token.
-- name: Delete{{Portal}}SignupToken :execrows
DELETE FROM {{portal}}_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL;
