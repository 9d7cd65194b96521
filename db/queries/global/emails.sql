-- Queues a mail; the table's trigger wakes the worker when the transaction commits.
-- name: InsertEmail :exec
INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
VALUES (@email_type, @email_to, @email_subject, @email_text_body, @email_html_body);
