-- Signups of employers and of agencies, from the first request to the proof.
--
-- {{portal}} begins the tables' names.
--
-- roles: global-api
-- protocol: TenantSignupTables
-- expand: global GlobalOrgTables portal=org
-- expand: global GlobalAgencyTables portal=agency

-- Lets one signup at a time go on for a domain, until the end of the transaction.
-- name: LockSignupDomain :exec
SELECT lock_signup_domain('{{portal}}', sqlc.arg(domain)::TEXT)::TEXT AS domain_lock;

-- Reads what keeps a domain from being signed up with an address, besides whose it is; always one row. An invitation that
-- nobody accepted is no account.
-- lookup
-- name: FindSignupObstacles :one
SELECT
  found.is_address_known::BOOLEAN AS is_address_known,
  found.is_under_way::BOOLEAN AS is_under_way
FROM find_{{portal}}_signup_obstacles(@email_address_hashes::BYTEA[], @domain::TEXT) AS found (is_address_known, is_under_way);

-- Inserts a signup that is valid for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertSignupToken :exec
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
);

-- Finds a signup that can be completed.
-- lookup
-- name: FindSignup :one
SELECT
  found.dns_token::TEXT AS dns_token,
  found.email_address::TEXT AS email_address,
  found.domain::TEXT AS domain,
  found.home_region::TEXT AS home_region,
  found.expires_at::TIMESTAMPTZ AS expires_at,
  coalesce(found.made_in, '')::TEXT AS made_in
FROM find_{{portal}}_signup(@token_hash::BYTEA)
  AS found (dns_token, email_address, domain, home_region, expires_at, made_in);

-- Marks a signup as completed. Zero rows when somebody else has completed it, or it has expired.
-- name: ConsumeSignupToken :execrows
SELECT TRUE AS is_consumed
FROM consume_{{portal}}_signup_token(@token_hash::BYTEA);

-- name: ReleaseSignupToken :execrows
SELECT TRUE AS is_released
FROM release_{{portal}}_signup_token(@token_hash::BYTEA);

-- Deletes a signup whose mails were never queued: nobody has its token.
-- name: DeleteSignupToken :execrows
SELECT TRUE AS is_deleted
FROM delete_{{portal}}_signup_token(@token_hash::BYTEA);

-- Blanks the address of a completed signup, once the user is in the tenant's region.
-- name: ForgetSignupAddress :execrows
SELECT TRUE AS is_forgotten
FROM forget_{{portal}}_signup_address(@token_hash::BYTEA);
