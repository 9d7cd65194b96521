-- The domains of employers and of agencies in their region, which alone knows their status. Every query is bounded by
-- the caller's tenant.
--
-- {{tenant}} begins the table's name and the tenant's column.
--
-- protocol: TenantDomainTables
-- expand: regional RegionalOrgTables tenant=employer
-- expand: regional RegionalAgencyTables tenant=agency

-- Finds a domain as its owner sees it, with the time of the same clock.
-- lookup
-- name: FindDomain :one
SELECT
  domain,
  status,
  verification_token,
  token_expires_at,
  last_verified_at,
  last_attempted_at,
  now()::TIMESTAMPTZ AS read_at
FROM {{tenant}}_domains
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID;

-- Lists the domains behind a text in byte order, which need not be a domain itself; the empty text is before all of
-- them.
-- row: FindDomain
-- name: ListDomains :many
SELECT
  domain,
  status,
  verification_token,
  token_expires_at,
  last_verified_at,
  last_attempted_at,
  now()::TIMESTAMPTZ AS read_at
FROM {{tenant}}_domains
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND domain COLLATE "C" > sqlc.arg(after_domain)::TEXT
ORDER BY domain COLLATE "C"
LIMIT sqlc.arg(row_count)::BIGINT;

-- Admits a check, at most one in `pause_ms` milliseconds: of two at the same moment the second finds the first one's
-- mark. No row when the pause goes on, or when it is not a domain of the tenant.
-- name: AdmitDomainCheck :one
UPDATE {{tenant}}_domains
SET last_attempted_at = now()
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND (
    last_attempted_at IS NULL
    OR last_attempted_at <= now() - sqlc.arg(pause_ms)::BIGINT * INTERVAL '1 millisecond'
  )
RETURNING
  status,
  verification_token,
  token_expires_at,
  now()::TIMESTAMPTZ AS read_at;

-- Gives a claim another token, for `lifetime_ms` milliseconds from now.
-- name: RenewDomainToken :execrows
UPDATE {{tenant}}_domains
SET
  verification_token = @verification_token,
  token_expires_at = now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID;

-- Reads what the checks so far have made of a domain, locked until the end of the transaction.
-- name: LockDomainStatus :one
SELECT
  status,
  consecutive_failures
FROM {{tenant}}_domains
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
FOR NO KEY UPDATE;

-- Records what one more check has made of a domain.
-- name: RecordDomainCheck :one
UPDATE {{tenant}}_domains
SET
  status = @status,
  consecutive_failures = @consecutive_failures,
  last_verified_at = CASE WHEN sqlc.arg(is_proven)::BOOLEAN THEN now() ELSE last_verified_at END
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
RETURNING now()::TIMESTAMPTZ AS checked_at;

-- Inserts a domain that a tenant claims; its token is valid for `lifetime_ms` milliseconds from now.
-- name: InsertClaimedDomain :one
INSERT INTO {{tenant}}_domains (domain, {{tenant}}_id, verification_token, token_expires_at, status)
VALUES (
  @domain,
  sqlc.arg(tenant_id)::UUID,
  @verification_token,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond',
  'PENDING'
)
RETURNING token_expires_at;

-- Inserts the domain that a tenant signs up with: proven a moment ago.
-- name: InsertProvenDomain :exec
INSERT INTO {{tenant}}_domains (
  domain, {{tenant}}_id, verification_token, token_expires_at, status, last_verified_at
)
VALUES (
  @domain,
  sqlc.arg(tenant_id)::UUID,
  @verification_token,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond',
  'VERIFIED',
  now()
);
