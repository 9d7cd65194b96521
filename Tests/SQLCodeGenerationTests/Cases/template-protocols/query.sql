-- A query that was written by hand stands beside those of templates.
-- name: CountHubUsers :one
SELECT count(*) AS total FROM hub_users;

-- Its rows are those of the query above.
-- row: CountHubUsers
-- name: CountOrgUsers :one
SELECT count(*) AS total FROM org_users;
