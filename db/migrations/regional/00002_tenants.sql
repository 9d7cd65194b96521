-- +goose Up

-- What the employers' and the agencies' tables share.
CREATE TYPE tenant_user_status AS ENUM ('invited', 'active', 'disabled');
CREATE TYPE domain_status AS ENUM ('PENDING', 'VERIFIED', 'FAILING');

CREATE TABLE roles (
  role_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  role_name TEXT NOT NULL UNIQUE CHECK (role_name ~ '^[a-z]+:[a-z_]+$'),
  description TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Roles of administrators are listed for completeness; nobody in a region can hold one.
INSERT INTO roles (role_name, description) VALUES
  ('admin:invite_users', 'Invite administrators'),
  ('admin:manage_users', 'Disable and enable administrators, give and take their roles'),
  ('org:invite_users', 'Invite users of an employer'),
  ('org:manage_users', 'Disable and enable users of an employer, give and take their roles'),
  ('agency:invite_users', 'Invite users of an agency'),
  ('agency:manage_users', 'Disable and enable users of an agency, give and take their roles');

-- +goose Down

DROP TABLE roles;
DROP TYPE domain_status;
DROP TYPE tenant_user_status;
