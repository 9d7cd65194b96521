-- The outbox: mails are queued by the services that serve requests (`InsertEmail`) and delivered by the one that does
-- background work. The tables are the same in both kinds of database; only the values of email_type differ.
--
-- roles: regional-worker global-service
-- protocol: OutboxTables
-- expand: regional RegionalTables
-- expand: global GlobalTables

-- Locks the mail that has been due for longest and that no other worker holds; a mail that was never tried is due since
-- it was created. The lock lasts until the end of the transaction in which the mail is delivered and recorded. The
-- order is that of the index `emails_due`, so that a claim reads the first rows of it and no more, however many are
-- waiting.
-- name: ClaimDueEmail :one
SELECT
  emails.email_id,
  emails.email_type::TEXT AS email_type,
  emails.email_to,
  emails.email_subject,
  emails.email_text_body,
  emails.email_html_body,
  emails.created_at,
  coalesce(emails.send_until <= now(), FALSE)::BOOLEAN AS is_expired,
  (
    SELECT count(*)
    FROM email_delivery_attempts
    WHERE email_delivery_attempts.email_id = emails.email_id
  ) AS attempt_count
FROM emails
WHERE emails.email_status = 'pending'
  AND emails.next_attempt_at <= now()
ORDER BY emails.next_attempt_at, emails.created_at
LIMIT 1
FOR UPDATE OF emails SKIP LOCKED;

-- Records that the mail was accepted. Its bodies carried tokens and codes, so they go at once; the recipient of a
-- sign-up's mail is blanked by a trigger, `forget_recipient`. (Times are those at which it happened, which may be long
-- after the transaction began.)
-- name: RecordEmailAccepted :exec
WITH attempt AS (
  INSERT INTO email_delivery_attempts (email_id, attempted_at, error_message)
  VALUES (sqlc.arg(email_id), clock_timestamp(), NULL)
)
UPDATE emails
SET
  email_status = 'sent',
  sent_at = clock_timestamp(),
  email_text_body = '',
  email_html_body = ''
WHERE emails.email_id = sqlc.arg(email_id)
  AND email_status = 'pending';

-- Records that an attempt failed; the next is due `wait_ms` milliseconds from this moment. A mail that expires before is
-- due when it does, to be cancelled.
-- name: RecordEmailRefused :exec
WITH attempt AS (
  INSERT INTO email_delivery_attempts (email_id, attempted_at, error_message)
  VALUES (sqlc.arg(email_id), clock_timestamp(), sqlc.arg(error_message)::TEXT)
)
UPDATE emails
SET
  next_attempt_at = least(
    clock_timestamp() + sqlc.arg(wait_ms)::BIGINT * INTERVAL '1 millisecond',
    send_until
  )
WHERE emails.email_id = sqlc.arg(email_id)
  AND email_status = 'pending';

-- Records that the last attempt that was allowed failed.
-- name: RecordEmailFailed :exec
WITH attempt AS (
  INSERT INTO email_delivery_attempts (email_id, attempted_at, error_message)
  VALUES (sqlc.arg(email_id), clock_timestamp(), sqlc.arg(error_message)::TEXT)
)
UPDATE emails
SET email_status = 'failed'
WHERE emails.email_id = sqlc.arg(email_id)
  AND email_status = 'pending';

-- Withdraws a mail that is not to be sent any more, with the reason. Nobody has a use for its bodies.
-- name: CancelEmail :exec
WITH attempt AS (
  INSERT INTO email_delivery_attempts (email_id, attempted_at, error_message)
  VALUES (sqlc.arg(email_id), clock_timestamp(), sqlc.arg(error_message)::TEXT)
)
UPDATE emails
SET
  email_status = 'cancelled',
  email_text_body = '',
  email_html_body = ''
WHERE emails.email_id = sqlc.arg(email_id)
  AND email_status = 'pending';

-- Gives up a mail that had used up its attempts before, without another.
-- name: GiveUpEmail :exec
UPDATE emails
SET email_status = 'failed'
WHERE email_id = @email_id
  AND email_status = 'pending';

-- Reads the milliseconds until the next pending mail is due, zero if one already is; no row when none is pending.
-- name: NextEmailDueIn :one
SELECT ceil(greatest(extract(EPOCH FROM next_attempt_at - now()), 0) * 1000)::BIGINT AS due_in_ms
FROM emails
WHERE email_status = 'pending'
ORDER BY next_attempt_at
LIMIT 1;

-- Counts pending mails, up to `most`, and tells for how long the oldest of them has been; zero if none is.
-- name: MeasureEmailQueue :one
SELECT
  (
    SELECT count(*)
    FROM (
      SELECT 1
      FROM emails
      WHERE email_status = 'pending'
      LIMIT sqlc.arg(most)::BIGINT
    ) AS pending
  ) AS pending_count,
  coalesce(
    (
      SELECT ceil(extract(EPOCH FROM clock_timestamp() - created_at) * 1000)::BIGINT
      FROM emails
      WHERE email_status = 'pending'
      ORDER BY created_at
      LIMIT 1
    ),
    0
  )::BIGINT AS oldest_age_ms;

-- Deletes finished mails that were queued longer ago than `retention_ms` milliseconds, some at a time.
-- name: DeleteFinishedEmails :execrows
DELETE FROM emails
WHERE email_id = ANY (ARRAY(
  SELECT finished.email_id
  FROM emails AS finished
  WHERE finished.email_status <> 'pending'
    AND finished.created_at <= now() - sqlc.arg(retention_ms)::BIGINT * INTERVAL '1 millisecond'
  ORDER BY finished.created_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
