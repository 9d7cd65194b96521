-- +goose Up

-- Tells a tenant's administrators that somebody else has proven a domain which they had only claimed.
ALTER TYPE email_type ADD VALUE 'org_domain_displaced';
ALTER TYPE email_type ADD VALUE 'agency_domain_displaced';

-- +goose Down

-- PostgreSQL takes no value out of a type, so the column gets a type without the two. Their mails go: an older release
-- could not send them.
DELETE FROM emails WHERE email_type IN ('org_domain_displaced', 'agency_domain_displaced');
ALTER TYPE email_type RENAME TO email_type_with_displacement;
-- +goose StatementBegin
DO $$
BEGIN
  EXECUTE (
    SELECT format('CREATE TYPE email_type AS ENUM (%s)', string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder))
    FROM pg_enum
    WHERE enumtypid = 'email_type_with_displacement'::REGTYPE
      AND enumlabel NOT IN ('org_domain_displaced', 'agency_domain_displaced')
  );
END
$$;
-- +goose StatementEnd
ALTER TABLE emails ALTER COLUMN email_type TYPE email_type USING email_type::TEXT::email_type;
DROP TYPE email_type_with_displacement;
