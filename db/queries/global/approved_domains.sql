-- Whether people with an address of exactly this domain may sign up; always one row.
-- lookup
-- name: IsDomainApproved :one
SELECT EXISTS (
  SELECT 1
  FROM approved_domains
  WHERE domain_name = @domain_name
    AND status = 'active'
) AS is_approved;
