-- +goose Up

-- The record that would prove a tenant's right to a domain which another one has claimed. It is kept so that the same
-- request can be made again once the record is in the DNS. A tenant has few of them.
CREATE TABLE employer_domain_challenges (
  employer_id UUID NOT NULL,
  domain TEXT NOT NULL CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  verification_token TEXT NOT NULL UNIQUE CHECK (verification_token ~ '^[0-9a-f]{64}$'),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (employer_id, domain)
);
CREATE INDEX employer_domain_challenges_expires_at ON employer_domain_challenges (expires_at);

CREATE TABLE agency_domain_challenges (
  agency_id UUID NOT NULL,
  domain TEXT NOT NULL CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  verification_token TEXT NOT NULL UNIQUE CHECK (verification_token ~ '^[0-9a-f]{64}$'),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (agency_id, domain)
);
CREATE INDEX agency_domain_challenges_expires_at ON agency_domain_challenges (expires_at);

-- +goose Down

DROP TABLE agency_domain_challenges;
DROP TABLE employer_domain_challenges;
