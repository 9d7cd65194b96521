-- name: CountHubUsers :one
SELECT count(*) AS total FROM hub_users;
