-- +goose Up

-- A page of the domains in one status, in the order of their names, is one piece of this index.
CREATE INDEX approved_domains_by_status ON approved_domains (status, domain_name);

-- +goose Down

DROP INDEX approved_domains_by_status;
