-- +goose Up

-- How many signup mails an anonymous caller has had sent to an address lately, whichever region sent them.
CREATE INDEX hub_signup_tokens_by_address ON hub_signup_tokens (email_address_hash, created_at);

-- +goose Down

DROP INDEX hub_signup_tokens_by_address;
