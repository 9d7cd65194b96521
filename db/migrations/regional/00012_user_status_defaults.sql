-- +goose Up

-- A row without a status is an active user's, like one of hub_users.
ALTER TABLE org_users ALTER COLUMN status SET DEFAULT 'active';
ALTER TABLE agency_users ALTER COLUMN status SET DEFAULT 'active';

-- +goose Down

ALTER TABLE agency_users ALTER COLUMN status DROP DEFAULT;
ALTER TABLE org_users ALTER COLUMN status DROP DEFAULT;
