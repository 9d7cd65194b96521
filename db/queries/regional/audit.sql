-- roles: owner

-- Reads what `vetchium audit` compares of a region: pages in the order of the key, from a key on. Addresses leave the
-- database, whose owner runs the audit, since it has no key to hash them with; display names only as hashes.
--
-- name: AuditHubUsers :many
SELECT
  hub_user_global_id,
  email_address,
  handle,
  sha256(convert_to(COALESCE((
    SELECT string_agg(
      concat_ws(' ', names.language_code, names.is_preferred, names.display_name),
      E'\n' ORDER BY names.language_code COLLATE "C"
    )
    FROM hub_user_display_names AS names
    WHERE names.hub_user_global_id = hub_users.hub_user_global_id
  ), ''), 'UTF8')) AS display_names_hash
FROM hub_users
WHERE hub_users.hub_user_global_id >= @first
ORDER BY hub_users.hub_user_global_id
LIMIT @row_limit;

-- Repair: the handle that the global database has.
-- name: CorrectHubUserHandle :execrows
UPDATE hub_users
SET handle = @right_handle
WHERE hub_user_global_id = @hub_user_global_id
  AND handle = @found_handle;

-- Repair: a person's display names, for the routing database.
-- name: ListHubUserDisplayNames :many
SELECT
  language_code,
  display_name,
  is_preferred
FROM hub_user_display_names
WHERE hub_user_global_id = @hub_user_global_id;

-- Sagas that are under way: what they write may be in one database and not yet in the other.
-- name: ListSagasUnderWay :many
SELECT saga_id
FROM sagas
WHERE deadline > now();

-- Sagas that nobody finished in time, in the order of their ids, after one.
-- name: AuditOverdueSagas :many
SELECT
  saga_id,
  kind,
  subject_id,
  attempts
FROM sagas
WHERE deadline <= now()
  AND saga_id > @after
ORDER BY saga_id
LIMIT @row_limit;
