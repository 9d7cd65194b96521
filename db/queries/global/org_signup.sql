-- Expanded from db/templates/tenant_signup.sql; edit that and run `make generate`.

-- One signup at a time for a domain, until the end of the transaction.
-- name: LockOrgSignupDomain :exec
SELECT pg_advisory_xact_lock(hashtextextended('org ' || sqlc.arg(domain)::TEXT, 1))::TEXT AS domain_lock;

-- What keeps a domain from being signed up with an address; always one row.
-- lookup
-- name: FindOrgSignupObstacles :one
SELECT
  EXISTS (
    SELECT 1
    FROM org_users
    WHERE org_users.email_address_hash = @email_address_hash
  ) AS is_address_known,
  EXISTS (
    SELECT 1
    FROM global_employer_domains
    WHERE global_employer_domains.domain = @domain
  ) AS is_domain_owned,
  EXISTS (
    SELECT 1
    FROM org_signup_tokens
    WHERE org_signup_tokens.domain = @domain
      AND consumed_at IS NULL
      AND expires_at > now()
  ) AS is_under_way;

-- A signup, valid for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertOrgSignupToken :one
INSERT INTO org_signup_tokens (
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
-- name: FindOrgSignup :one
SELECT
  dns_token,
  email_address,
  domain,
  home_region
FROM org_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- Zero rows when somebody else has completed it, or it has expired.
-- name: ConsumeOrgSignupToken :execrows
UPDATE org_signup_tokens
SET consumed_at = now()
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- name: ReleaseOrgSignupToken :execrows
UPDATE org_signup_tokens
SET consumed_at = NULL
WHERE token_hash = @token_hash;

-- A signup whose mails were never queued: nobody has its token.
-- name: DeleteOrgSignupToken :execrows
DELETE FROM org_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL;
