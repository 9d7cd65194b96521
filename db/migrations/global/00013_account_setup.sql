-- +goose Up

-- Who was invited and has not set the account up as far as this database knows. Only an account that was set up keeps its
-- address from signing an employer or an agency of its own up. Routing rows are never changed, so it stands beside them.
CREATE TABLE org_invited_users (
  org_user_id UUID PRIMARY KEY REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE TABLE agency_invited_users (
  agency_user_id UUID PRIMARY KEY REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- As in the regional tables of users: completing the setup says how the account signs in.
ALTER TABLE admin_users ADD COLUMN authentication_type TEXT NOT NULL DEFAULT 'email_password';

-- +goose Down

ALTER TABLE admin_users DROP COLUMN authentication_type;
DROP TABLE agency_invited_users;
DROP TABLE org_invited_users;
