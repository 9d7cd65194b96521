-- roles: global-service

-- Writes down a change of an approved domain, in the transaction of the change and with its time.
-- name: InsertApprovedDomainAudit :exec
INSERT INTO approved_domains_audit_log (
  admin_id,
  action,
  target_domain_id,
  target_domain_name,
  old_value,
  new_value,
  reason,
  ip_address,
  user_agent,
  request_id,
  created_at
)
VALUES (
  sqlc.arg(admin_id)::UUID,
  @action,
  sqlc.arg(target_domain_id)::UUID,
  sqlc.arg(target_domain_name)::TEXT,
  sqlc.narg(old_value),
  sqlc.arg(new_value)::JSONB,
  sqlc.arg(reason)::TEXT,
  sqlc.narg(ip_address),
  sqlc.narg(user_agent),
  sqlc.arg(request_id)::TEXT,
  @created_at
);

-- One page of a domain's audit log, newest first, behind the entry that the two `after` values name if there are any.
-- No address when the administrator is gone.
-- name: ListApprovedDomainAudits :many
SELECT
  approved_domains_audit_log.audit_id,
  coalesce(admin_users.email_address, '')::TEXT AS admin_email,
  approved_domains_audit_log.action,
  approved_domains_audit_log.target_domain_name,
  approved_domains_audit_log.old_value,
  approved_domains_audit_log.new_value,
  approved_domains_audit_log.reason,
  approved_domains_audit_log.ip_address,
  approved_domains_audit_log.user_agent,
  approved_domains_audit_log.request_id,
  approved_domains_audit_log.created_at
FROM approved_domains_audit_log
LEFT JOIN admin_users ON admin_users.admin_user_id = approved_domains_audit_log.admin_id
WHERE approved_domains_audit_log.target_domain_id = sqlc.arg(domain_id)::UUID
  AND (approved_domains_audit_log.created_at, approved_domains_audit_log.audit_id) < (
    coalesce(sqlc.narg(after_created_at)::TIMESTAMPTZ, 'infinity'::TIMESTAMPTZ),
    coalesce(sqlc.narg(after_audit_id)::UUID, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID)
  )
ORDER BY approved_domains_audit_log.created_at DESC, approved_domains_audit_log.audit_id DESC
LIMIT sqlc.arg(row_count)::BIGINT;
