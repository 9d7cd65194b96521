-- Queues a mail; the table's trigger wakes the worker when the transaction commits. Each database has values of email_type
-- of its own; what both have in common is db/templates/outbox.sql.
-- name: InsertEmail :exec
INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
VALUES (@email_type, @email_to, @email_subject, @email_text_body, @email_html_body);
