-- Queues a mail; the table's trigger wakes the worker when the transaction commits.
-- name: InsertEmail :exec
INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
VALUES (@email_type, @email_to, @email_subject, @email_text_body, @email_html_body);

-- Locks the oldest due mail that no other worker holds; the lock lasts until the end of the transaction in
-- which the mail is delivered and recorded.
-- name: ClaimDueEmail :one
SELECT
  emails.email_id,
  emails.email_type,
  emails.email_to,
  emails.email_subject,
  emails.email_text_body,
  emails.email_html_body,
  emails.created_at,
  (
    SELECT count(*)
    FROM email_delivery_attempts
    WHERE email_delivery_attempts.email_id = emails.email_id
  ) AS attempt_count
FROM emails
WHERE emails.email_status = 'pending'
  AND emails.next_attempt_at <= now()
ORDER BY emails.created_at
LIMIT 1
FOR UPDATE OF emails SKIP LOCKED;

-- Writes down one attempt at the time at which it ended, which may be long after the transaction began. No
-- error message means that the mail was accepted.
-- name: RecordEmailAttempt :exec
INSERT INTO email_delivery_attempts (email_id, attempted_at, error_message)
VALUES (@email_id, clock_timestamp(), sqlc.narg(error_message));

-- The mail was accepted. Its bodies carried tokens and codes, so they go at once.
-- name: MarkEmailSent :execrows
UPDATE emails
SET
  email_status = 'sent',
  sent_at = clock_timestamp(),
  email_text_body = '',
  email_html_body = ''
WHERE email_id = @email_id
  AND email_status = 'pending';

-- The mail is given up.
-- name: MarkEmailFailed :execrows
UPDATE emails
SET email_status = 'failed'
WHERE email_id = @email_id
  AND email_status = 'pending';

-- The mail becomes due again `wait_ms` milliseconds from this moment, not from the transaction's beginning.
-- name: RescheduleEmail :execrows
UPDATE emails
SET next_attempt_at = clock_timestamp() + sqlc.arg(wait_ms)::BIGINT * INTERVAL '1 millisecond'
WHERE email_id = @email_id
  AND email_status = 'pending';

-- Milliseconds until the next pending mail is due, zero if one already is; no row when none is pending.
-- name: NextEmailDueIn :one
SELECT ceil(greatest(extract(EPOCH FROM next_attempt_at - now()), 0) * 1000)::BIGINT AS due_in_ms
FROM emails
WHERE email_status = 'pending'
ORDER BY next_attempt_at
LIMIT 1;
