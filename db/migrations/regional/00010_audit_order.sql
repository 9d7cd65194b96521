-- +goose Up

-- An audit reads domains page by page in the order of their bytes, which the primary key's order need not be.
CREATE INDEX employer_domains_in_byte_order ON employer_domains (domain COLLATE "C");
CREATE INDEX agency_domains_in_byte_order ON agency_domains (domain COLLATE "C");

-- +goose Down

DROP INDEX agency_domains_in_byte_order;
DROP INDEX employer_domains_in_byte_order;
