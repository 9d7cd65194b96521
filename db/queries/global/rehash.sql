-- roles: owner

-- A page of a region's display names that the newest key has not sealed, in the order of the key, after one. A name in
-- the clear has 100 characters at most, a sealed one more.
-- name: ListOtherNames :many
SELECT
  names.hub_user_global_id,
  names.language_code,
  names.display_name
FROM hub_user_display_names AS names
INNER JOIN hub_users ON names.hub_user_global_id = hub_users.hub_user_global_id
WHERE hub_users.home_region = @home_region
  AND (char_length(names.display_name) <= 100 OR NOT starts_with(names.display_name, @newest_prefix))
  AND (names.hub_user_global_id, names.language_code) > (sqlc.arg(after_user)::UUID, sqlc.arg(after_language)::TEXT)
ORDER BY names.hub_user_global_id, names.language_code
LIMIT @row_limit;

-- Gives rows other texts, if they still have those that were found. Rows of routing are never updated, so these are made
-- anew. The four arrays run in parallel and are equally long.
-- name: ReplaceNames :execrows
WITH replaced AS (
  SELECT
    unnest(sqlc.arg(user_ids)::UUID[]) AS user_id,
    unnest(sqlc.arg(language_codes)::TEXT[]) AS language_code,
    unnest(sqlc.arg(found_names)::TEXT[]) AS found_name,
    unnest(sqlc.arg(new_names)::TEXT[]) AS new_name
),

deleted AS (
  DELETE FROM hub_user_display_names AS names USING replaced
  WHERE names.hub_user_global_id = replaced.user_id
    AND names.language_code = replaced.language_code
    AND names.display_name = replaced.found_name
  RETURNING names.hub_user_global_id, names.language_code, names.is_preferred, names.created_at
)

INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred, created_at)
SELECT
  deleted.hub_user_global_id,
  deleted.language_code,
  replaced.new_name,
  deleted.is_preferred,
  deleted.created_at
FROM deleted
INNER JOIN replaced
  ON deleted.hub_user_global_id = replaced.user_id AND deleted.language_code = replaced.language_code;
