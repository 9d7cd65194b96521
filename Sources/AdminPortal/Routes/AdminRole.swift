public import UserAdministration

/// What an administrator may be allowed to do; the raw values are the names in `roles`.
public enum AdminRole: String, PortalRole {
  case inviteUsers = "admin:invite_users"
  case manageUsers = "admin:manage_users"
  case manageDomains = "admin:manage_domains"
}
