-- +goose Up

-- An audit reads domains page by page in the order of their bytes, which the primary key's order need not be.
CREATE INDEX global_employer_domains_in_byte_order ON global_employer_domains (domain COLLATE "C");
CREATE INDEX global_agency_domains_in_byte_order ON global_agency_domains (domain COLLATE "C");

-- +goose Down

DROP INDEX global_agency_domains_in_byte_order;
DROP INDEX global_employer_domains_in_byte_order;
