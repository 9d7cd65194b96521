-- roles: regional-api

-- Queues a mail under an id of the caller's, which a sealed body names. It is not sent any more once `lifetime_ms`
-- milliseconds have passed; NULL is no limit. The table's
-- trigger wakes the worker when the transaction commits. Each database has values of email_type of its own; what both
-- have in common is db/templates/outbox.sql.
-- name: InsertEmail :exec
INSERT INTO emails (email_id, email_type, email_to, email_subject, email_text_body, email_html_body, send_until)
VALUES (
  @email_id,
  @email_type,
  @email_to,
  @email_subject,
  @email_text_body,
  @email_html_body,
  now() + sqlc.narg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);
