-- Wrong passwords of this client for this account, and how long ago the last one was. Failures of more than 15 minutes ago
-- are forgotten.
-- lookup
-- name: FindLoginFailures :one
SELECT
  failures,
  (extract(EPOCH FROM now() - last_failed_at) * 1000)::BIGINT AS elapsed_ms
FROM login_failures
WHERE account_hash = @account_hash
  AND client = @client
  AND last_failed_at > now() - INTERVAL '15 minutes';

-- The same, locked, so that what is decided holds until the end of the transaction.
-- name: LockLoginFailures :one
SELECT
  failures,
  (extract(EPOCH FROM now() - last_failed_at) * 1000)::BIGINT AS elapsed_ms
FROM login_failures
WHERE account_hash = @account_hash
  AND client = @client
  AND last_failed_at > now() - INTERVAL '15 minutes'
FOR UPDATE;

-- Counts a wrong password; the count includes it.
-- name: CountLoginFailure :one
INSERT INTO login_failures (account_hash, client, failures)
VALUES (@account_hash, @client, 1)
ON CONFLICT (account_hash, client) DO UPDATE
SET
  failures = CASE
    WHEN login_failures.last_failed_at > now() - INTERVAL '15 minutes' THEN login_failures.failures + 1
    ELSE 1
  END,
  last_failed_at = now()
RETURNING failures;

-- A right password makes up for the wrong ones.
-- name: ForgetLoginFailures :exec
DELETE FROM login_failures
WHERE account_hash = @account_hash
  AND client = @client;
