-- +goose Up

-- A name in the clear has 100 characters at most, a sealed one (AES-256-GCM with a key of EMAIL_HASH_KEYS, whose
-- version stands in it) always has more.
ALTER TABLE hub_user_display_names DROP CONSTRAINT hub_user_display_names_display_name_check,
  ADD CONSTRAINT hub_user_display_names_display_name_check CHECK (
    char_length(display_name) <= 100 AND btrim(display_name) <> ''
    OR char_length(display_name) BETWEEN 101 AND 800
    AND display_name ~ '^AES-256-GCM:[1-9][0-9]{0,3}:[A-Za-z0-9+/]+={0,2}$'
  );

-- +goose Down

-- Refused while there are sealed names: an older program could not read them.
ALTER TABLE hub_user_display_names DROP CONSTRAINT hub_user_display_names_display_name_check,
  ADD CONSTRAINT hub_user_display_names_display_name_check CHECK (
    char_length(display_name) <= 100 AND btrim(display_name) <> ''
  );
