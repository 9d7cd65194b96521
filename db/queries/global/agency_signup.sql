-- Expanded from db/templates/tenant_signup.sql; edit that and run `make generate`.

-- One signup at a time for a domain, until the end of the transaction.
-- name: LockAgencySignupDomain :exec
SELECT pg_advisory_xact_lock(hashtextextended('agency ' || sqlc.arg(domain)::TEXT, 1))::TEXT AS domain_lock;

-- What keeps a domain from being signed up with an address; always one row.
-- lookup
-- name: FindAgencySignupObstacles :one
SELECT
  EXISTS (
    SELECT 1
    FROM agency_users
    WHERE agency_users.email_address_hash = @email_address_hash
  ) AS is_address_known,
  EXISTS (
    SELECT 1
    FROM global_agency_domains
    WHERE global_agency_domains.domain = @domain
  ) AS is_domain_owned,
  EXISTS (
    SELECT 1
    FROM agency_signup_tokens
    WHERE agency_signup_tokens.domain = @domain
      AND consumed_at IS NULL
      AND expires_at > now()
  ) AS is_under_way;

-- A signup, valid for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertAgencySignupToken :one
INSERT INTO agency_signup_tokens (
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
-- name: FindAgencySignup :one
SELECT
  dns_token,
  email_address,
  domain,
  home_region
FROM agency_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- Zero rows when somebody else has completed it, or it has expired.
-- name: ConsumeAgencySignupToken :execrows
UPDATE agency_signup_tokens
SET consumed_at = now()
WHERE token_hash = @token_hash
  AND consumed_at IS NULL
  AND expires_at > now();

-- name: ReleaseAgencySignupToken :execrows
UPDATE agency_signup_tokens
SET consumed_at = NULL
WHERE token_hash = @token_hash;

-- A signup whose mails were never queued: nobody has its token.
-- name: DeleteAgencySignupToken :execrows
DELETE FROM agency_signup_tokens
WHERE token_hash = @token_hash
  AND consumed_at IS NULL;
