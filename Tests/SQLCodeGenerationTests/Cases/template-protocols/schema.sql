CREATE TYPE user_status AS ENUM ('invited', 'active');
CREATE TABLE hub_users (hub_user_global_id UUID PRIMARY KEY, status user_status NOT NULL, full_name TEXT);
CREATE TABLE hub_sessions (token_hash BYTEA PRIMARY KEY, hub_user_global_id UUID NOT NULL);
CREATE TABLE org_users (org_user_id UUID PRIMARY KEY, status user_status NOT NULL, full_name TEXT);
CREATE TABLE org_sessions (token_hash BYTEA PRIMARY KEY, org_user_id UUID NOT NULL);
