-- Enums as columns, one of them nullable.
-- name: FindStatus :one
SELECT status, verification FROM users WHERE user_id = @user_id;

-- An enum and an array of enums as parameters.
-- name: ChangeStatus :execrows
UPDATE users
SET status = @status
WHERE status = ANY(@old_statuses::user_status[]);

-- Enums of another schema.
-- name: ListAccounts :many
SELECT account_id, plan, former_plans FROM billing.accounts WHERE plan = @plan;

-- name: InsertAccount :exec
INSERT INTO billing.accounts (account_id, plan, former_plans) VALUES (@account_id, @plan, @former_plans);
