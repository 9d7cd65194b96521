CREATE TYPE user_status AS ENUM ('active', 'disabled', 'on-hold');
CREATE TYPE verification AS ENUM ('PENDING', 'VERIFIED', 'default', '2nd try', 'quote"d');
CREATE TYPE never_used AS ENUM ('a');
CREATE TABLE users (
  user_id BIGINT PRIMARY KEY,
  status user_status NOT NULL,
  verification verification
);
CREATE SCHEMA billing;
CREATE TYPE billing.plan AS ENUM ('free', 'paid');
CREATE TABLE billing.accounts (
  account_id BIGINT PRIMARY KEY,
  plan billing.plan NOT NULL,
  former_plans billing.plan[] NOT NULL
);
