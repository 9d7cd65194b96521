-- The domains of employers and of agencies in their region, which alone knows their status. Every query is bounded by
-- the caller's tenant.
--
-- {{tenant}} begins the table's name and the tenant's column.
--
-- roles: regional-api
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
FROM (
  SELECT
    known.domain,
    known.last_attempted_at
  FROM {{tenant}}_domains AS known
  WHERE known.domain = @domain
    AND known.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
  FOR NO KEY UPDATE
) AS earlier
WHERE {{tenant}}_domains.domain = earlier.domain
  AND (
    earlier.last_attempted_at IS NULL
    OR earlier.last_attempted_at <= now() - sqlc.arg(pause_ms)::BIGINT * INTERVAL '1 millisecond'
  )
RETURNING
  {{tenant}}_domains.status,
  {{tenant}}_domains.verification_token,
  {{tenant}}_domains.token_expires_at,
  earlier.last_attempted_at AS earlier_attempt_at,
  now()::TIMESTAMPTZ AS read_at;

-- Takes the mark of a check back that found nothing out, unless another one has been admitted since.
-- name: WithdrawDomainCheck :execrows
UPDATE {{tenant}}_domains
SET last_attempted_at = sqlc.narg(earlier_attempt_at)::TIMESTAMPTZ
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND last_attempted_at = sqlc.arg(attempted_at)::TIMESTAMPTZ;

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

-- Lets one change at a time go on in the number of a tenant's unproven claims, until the end of the transaction.
-- name: LockTenantClaims :exec
SELECT pg_advisory_xact_lock(
  hashtextextended('{{tenant}} claims ' || sqlc.arg(tenant_id)::UUID::TEXT, 2)
)::TEXT AS claims_lock;

-- Counts a tenant's claims that are neither proven nor lapsed, and the challenges it can still meet, but for those of
-- one domain; always one row.
-- name: CountUnprovenClaims :one
SELECT (
  (
    SELECT count(*)
    FROM {{tenant}}_domains
    WHERE {{tenant}}_domains.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
      AND {{tenant}}_domains.domain <> sqlc.arg(domain)::TEXT
      AND {{tenant}}_domains.status = 'PENDING'
      AND {{tenant}}_domains.token_expires_at > now()
  )
  + (
    SELECT count(*)
    FROM {{tenant}}_domain_challenges
    WHERE {{tenant}}_domain_challenges.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
      AND {{tenant}}_domain_challenges.domain <> sqlc.arg(domain)::TEXT
      AND {{tenant}}_domain_challenges.expires_at > now()
  )
)::BIGINT AS claim_count;

-- Finds the record that would prove a tenant's right to a domain which another one has claimed; no row once it has
-- expired.
-- lookup
-- name: FindDomainChallenge :one
SELECT verification_token
FROM {{tenant}}_domain_challenges
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND domain = @domain
  AND expires_at > now();

-- Keeps such a record for `lifetime_ms` milliseconds from now; one that has not expired stays as it is.
-- name: PutDomainChallenge :one
INSERT INTO {{tenant}}_domain_challenges AS known ({{tenant}}_id, domain, verification_token, expires_at)
VALUES (
  sqlc.arg(tenant_id)::UUID,
  @domain,
  @verification_token,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
ON CONFLICT ({{tenant}}_id, domain) DO UPDATE
SET
  verification_token = CASE
    WHEN known.expires_at > now() THEN known.verification_token
    ELSE excluded.verification_token
  END,
  expires_at = greatest(known.expires_at, excluded.expires_at)
RETURNING verification_token;

-- Deletes a tenant's record for a domain, and all that have expired.
-- name: DeleteDomainChallenges :execrows
DELETE FROM {{tenant}}_domain_challenges
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND (domain = @domain OR expires_at <= now());

-- Deletes a claim that was never proven: any of them for somebody who has the proof, else only one that has lapsed with
-- its token.
-- name: DeleteUnprovenDomain :execrows
DELETE FROM {{tenant}}_domains
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND status = 'PENDING'
  AND last_verified_at IS NULL
  AND (sqlc.arg(is_proven)::BOOLEAN OR token_expires_at <= now());

-- Reads what a claim is to others: whether it was ever proven, and whether it has lapsed with its token.
-- name: FindClaim :one
SELECT
  (status <> 'PENDING' OR last_verified_at IS NOT NULL)::BOOLEAN AS is_proven,
  (token_expires_at <= now())::BOOLEAN AS is_lapsed
FROM {{tenant}}_domains
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID;
