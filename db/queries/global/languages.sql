-- roles: global-api

-- Lists the languages of the portals, the default one first.
-- name: ListSupportedLanguages :many
SELECT
  language_code,
  language_name,
  native_name,
  is_default
FROM supported_languages
ORDER BY is_default DESC, language_name COLLATE "C";
