-- roles: owner

-- The display names of some people, which `vetchium rehash` seals for the global database.
-- name: ListDisplayNames :many
SELECT
  hub_user_global_id,
  language_code,
  display_name
FROM hub_user_display_names
WHERE hub_user_global_id = ANY (@hub_user_global_ids::UUID[]);
