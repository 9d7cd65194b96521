-- +goose Up

-- Administrators search domains by similarity. A trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE approved_domain_status AS ENUM ('active', 'inactive');

-- Collation "C": lists are paged in byte order. An administrator who approved a domain cannot be deleted.
CREATE TABLE approved_domains (
  domain_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  domain_name TEXT COLLATE "C" NOT NULL UNIQUE
    CHECK (domain_name = lower(domain_name) AND char_length(domain_name) BETWEEN 3 AND 255),
  status approved_domain_status NOT NULL DEFAULT 'active',
  created_by_admin_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE RESTRICT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX approved_domains_created_by_admin_id ON approved_domains (created_by_admin_id);
CREATE INDEX approved_domains_similarity ON approved_domains USING gin (domain_name gin_trgm_ops);

CREATE TYPE approved_domain_action AS ENUM ('created', 'disabled', 'enabled');

-- Entries outlive both the administrator and the domain they are about.
CREATE TABLE approved_domains_audit_log (
  audit_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  admin_id UUID REFERENCES admin_users (admin_user_id) ON DELETE SET NULL,
  action approved_domain_action NOT NULL,
  target_domain_id UUID REFERENCES approved_domains (domain_id) ON DELETE SET NULL,
  target_domain_name TEXT,
  old_value JSONB,
  new_value JSONB,
  reason TEXT,
  ip_address INET,
  user_agent TEXT,
  request_id TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX approved_domains_audit_log_admin_id ON approved_domains_audit_log (admin_id);
CREATE INDEX approved_domains_audit_log_newest_first
  ON approved_domains_audit_log (target_domain_id, created_at DESC, audit_id DESC);

-- +goose Down

DROP TABLE approved_domains_audit_log;
DROP TYPE approved_domain_action;
DROP TABLE approved_domains;
DROP TYPE approved_domain_status;
DROP EXTENSION pg_trgm;
