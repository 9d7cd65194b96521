-- roles: global-service

-- Tells whether people with an address of exactly this domain may sign up; always one row.
-- lookup
-- roles: global-api
-- name: IsDomainApproved :one
SELECT EXISTS (
  SELECT 1
  FROM approved_domains
  WHERE domain_name = @domain_name
    AND status = 'active'
) AS is_approved;

-- Adds a domain; no row when its name is taken, whatever the status. Times are the clock's and not the transaction's,
-- so that they are in the order in which the changes of a domain happened.
-- name: InsertApprovedDomain :one
INSERT INTO approved_domains (domain_name, created_by_admin_id, created_at, updated_at)
SELECT
  sqlc.arg(domain_name)::TEXT,
  sqlc.arg(created_by_admin_id)::UUID,
  moment.happened_at,
  moment.happened_at
FROM (SELECT clock_timestamp() AS happened_at) AS moment
ON CONFLICT (domain_name) DO NOTHING
RETURNING domain_id, domain_name, created_by_admin_id, status, created_at, updated_at;

-- A domain by its name, in any status, with the address of whoever added it.
-- lookup
-- name: FindApprovedDomain :one
SELECT
  approved_domains.domain_id,
  approved_domains.domain_name,
  approved_domains.created_by_admin_id,
  admin_users.email_address AS created_by_admin_email,
  approved_domains.status,
  approved_domains.created_at,
  approved_domains.updated_at
FROM approved_domains
JOIN admin_users ON admin_users.admin_user_id = approved_domains.created_by_admin_id
WHERE approved_domains.domain_name = @domain_name;

-- Finds a domain, locked until the end of the transaction.
-- name: LockApprovedDomain :one
SELECT
  approved_domains.domain_id,
  approved_domains.domain_name,
  approved_domains.created_by_admin_id,
  admin_users.email_address AS created_by_admin_email,
  approved_domains.status,
  approved_domains.created_at,
  approved_domains.updated_at
FROM approved_domains
JOIN admin_users ON admin_users.admin_user_id = approved_domains.created_by_admin_id
WHERE approved_domains.domain_name = @domain_name
FOR UPDATE OF approved_domains;

-- Switches a domain; no row when it is in that status already.
-- name: SwitchApprovedDomain :one
UPDATE approved_domains
SET
  status = @status,
  updated_at = clock_timestamp()
WHERE domain_id = @domain_id
  AND status <> @status
RETURNING updated_at;

-- One page of the domains in the given statuses in byte order of their names, behind the given name; the empty name is
-- before all others.
-- name: ListApprovedDomains :many
SELECT
  approved_domains.domain_name,
  admin_users.email_address AS created_by_admin_email,
  approved_domains.status,
  approved_domains.created_at,
  approved_domains.updated_at
FROM approved_domains
JOIN admin_users ON admin_users.admin_user_id = approved_domains.created_by_admin_id
WHERE approved_domains.domain_name > sqlc.arg(after_domain_name)::TEXT
  AND approved_domains.status = ANY(@statuses::approved_domain_status[])
ORDER BY approved_domains.domain_name
LIMIT sqlc.arg(row_count)::BIGINT;

-- One page of the domains whose names match a pattern, the most similar to the search text first, then by name, behind
-- the row that the two `after` values name if there are any. Similarities travel as text, which is exact.
-- name: SearchApprovedDomains :many
SELECT
  found.domain_name,
  admin_users.email_address AS created_by_admin_email,
  found.status,
  found.created_at,
  found.updated_at,
  found.likeness::TEXT AS likeness
FROM (
  SELECT
    approved_domains.domain_name,
    approved_domains.created_by_admin_id,
    approved_domains.status,
    approved_domains.created_at,
    approved_domains.updated_at,
    similarity(approved_domains.domain_name, sqlc.arg(search)::TEXT) AS likeness
  FROM approved_domains
  WHERE approved_domains.domain_name LIKE sqlc.arg(name_pattern)::TEXT
    AND approved_domains.status = ANY(@statuses::approved_domain_status[])
) AS found
JOIN admin_users ON admin_users.admin_user_id = found.created_by_admin_id
WHERE sqlc.narg(after_likeness)::TEXT IS NULL
  OR found.likeness < sqlc.narg(after_likeness)::TEXT::REAL
  OR (
    found.likeness = sqlc.narg(after_likeness)::TEXT::REAL
    AND found.domain_name > sqlc.arg(after_domain_name)::TEXT
  )
ORDER BY found.likeness DESC, found.domain_name
LIMIT sqlc.arg(row_count)::BIGINT;
