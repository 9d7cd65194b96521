-- Signups of employers and of agencies, from the first request to the proof.
--
-- {{portal}} begins the tables' names.
--
-- protocol: TenantSignupTables
-- expand: global GlobalOrgTables portal=org
-- expand: global GlobalAgencyTables portal=agency

-- Lets one signup at a time go on for a domain, until the end of the transaction.
-- name: LockSignupDomain :exec
SELECT pg_advisory_xact_lock(hashtextextended('{{portal}} ' || sqlc.arg(domain)::TEXT, 1))::TEXT AS domain_lock;

-- Reads what keeps a domain from being signed up with an address, besides whose it is; always one row. An invitation that
-- nobody accepted is no account.
-- lookup
-- name: FindSignupObstacles :one
SELECT
  EXISTS (
    SELECT 1
    FROM {{portal}}_users
    WHERE {{portal}}_users.email_address_hash = ANY(@email_address_hashes::BYTEA[])
      AND NOT EXISTS (
        SELECT 1
        FROM {{portal}}_invited_users
        WHERE {{portal}}_invited_users.{{portal}}_user_id = {{portal}}_users.{{portal}}_user_id
      )
  ) AS is_address_known,
  EXISTS (
    SELECT 1
    FROM {{portal}}_signup_tokens
    WHERE {{portal}}_signup_tokens.domain = @domain
      AND consumed_at IS NULL
      AND expires_at > now()
  ) AS is_under_way;

-- Inserts a signup that is valid for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertSignupToken :one
INSERT INTO {{portal}}_signup_tokens (
  token_hash, dns_token, email_address, email_address_hash, hashing_algorithm, domain, home_region, expires_at
)
VALUES (
  @token_hash,
  @dns_token,
  @email_address,
  @email_address_hash,
  @hashing_algorithm,
  @domain,
  @home_region,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- Finds a signup that can be completed.
-- lookup
-- name: FindSignup :one
SELECT
  dns_token,
  email_address,
  domain,
  home_region
FROM {{portal}}_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- Marks a signup as completed. Zero rows when somebody else has completed it, or it has expired.
-- name: ConsumeSignupToken :execrows
UPDATE {{portal}}_signup_tokens
SET consumed_at = now()
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- name: ReleaseSignupToken :execrows
UPDATE {{portal}}_signup_tokens
SET consumed_at = NULL
WHERE token_hash = @token_hash;

-- Deletes a signup whose mails were never queued: nobody has its token.
-- name: DeleteSignupToken :execrows
DELETE FROM {{portal}}_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL;
