// AdminPortal: `/admin/*`, the administrators of the platform, on the global service.
//
// Owns: who administrates, with which roles, and which domains' people may sign up. All of it is in the global
// database, so every write set is one transaction; there is no region, no hop and no saga here.
//
//   an administrator   invited → active ⇄ disabled       (invited ⇄ disabled while no password was ever set)
//   a domain           absent → active ⇄ inactive        never deleted; every step is an entry of the audit log
//
//   an invitation      mailed → used (deleted), expired or replaced
//
// Logging in and everything about passwords is the module `Accounts`, told here what is the administrators' own.
//
// Rights: an endpoint says who may call it (`Access`). Session and roles are one look-up, made anew for every request,
// so that what is taken away is gone at once; no role implies another.
//
// Failure: no session 401 and no role 403 before the body is read; wrong input 400; no such user or domain 404; taken
// 409; a status that forbids it 422; the global database out of reach 503 with Retry-After. After a failure all of a
// write set is there, its entry in the audit log included, or nothing.

public import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import HTTPTypes
public import Mail
public import MailSealing
public import PasswordHashing
public import PostgresClient
import UserAdministration
import Vocabulary

/// The administrators' portal.
public struct AdminPortal: Sendable {
  let settings: AdminSettings
  let global: PostgresPool
  let hasher: PasswordHasher
  let mail: MailComposer
  let sealing: MailSealing
  let accounts: AccountRealm

  /// - Parameter mail: with the portal's own `uiURL`
  public init(
    settings: AdminSettings,
    global: PostgresPool,
    hasher: PasswordHasher,
    mail: MailComposer,
    sealing: MailSealing
  ) {
    self.settings = settings
    self.global = global
    self.hasher = hasher
    self.mail = mail
    self.sealing = sealing
    accounts = .admin(settings: settings, global: global, hasher: hasher, mail: mail, sealing: sealing)
  }

  var queries: GlobalQueries<PostgresPool> { GlobalQueries(global) }

  /// Every endpoint of the portal.
  public var endpoints: [Endpoint] { accountEndpoints + userEndpoints + domainEndpoints }

  private var accountEndpoints: [Endpoint] {
    [
      .open(.post, "/admin/login", AdminLoginInput.self, handler: login),
      .open(.post, "/admin/tfa", TFAInput.self) { input, call in
        SessionContent(
          try await accounts.enterCode(input.code, token: RawToken(hex: input.token), AccountCall(call))
        )
      },
      .session(.post, "/admin/logout", sessions) { admin, _ in try await accounts.logout(admin) },
      .session(.get, "/admin/myinfo", sessions, handler: myInfo),
      .session(.post, "/admin/set-language", SetLanguageInput.self, sessions) { admin, input, _ in
        try await accounts.setLanguage(input, admin)
      },
      .session(.post, "/admin/change-password", ChangePasswordInput.self, sessions) { admin, input, call in
        try await accounts.changePassword(input, admin, AccountCall(call))
      },
      .open(.post, "/admin/request-password-reset", UserAddressInput.self, handler: requestPasswordReset),
      .open(.post, "/admin/complete-password-reset", CompletePasswordResetInput.self) { input, call in
        try await accounts.completePasswordReset(
          input,
          token: RawToken(hex: input.token),
          AccountCall(call)
        )
      },
    ]
  }

  private var userEndpoints: [Endpoint] {
    [
      .session(.post, "/admin/filter-users", UserListInput.self, sessions, handler: filterUsers),
      .session(
        .post,
        "/admin/invite-user",
        InvitationInput.self,
        sessions,
        AdminRole.inviteUsers.access,
        status: .created,
        handler: inviteUser
      ),
      .open(.post, "/admin/complete-setup", SetupInput.self, handler: completeSetup),
      .session(
        .post,
        "/admin/disable-user",
        UserAddressInput.self,
        sessions,
        AdminRole.manageUsers.access,
        handler: disableUser
      ),
      .session(
        .post,
        "/admin/enable-user",
        UserAddressInput.self,
        sessions,
        AdminRole.manageUsers.access,
        handler: enableUser
      ),
      .session(
        .post,
        "/admin/assign-role",
        RoleInput<AdminRole>.self,
        sessions,
        AdminRole.manageUsers.access,
        handler: assignRole
      ),
      .session(
        .post,
        "/admin/remove-role",
        RoleInput<AdminRole>.self,
        sessions,
        AdminRole.manageUsers.access,
        handler: removeRole
      ),
    ]
  }

  private var domainEndpoints: [Endpoint] {
    [
      .session(
        .post,
        "/admin/add-approved-domain",
        DomainChangeInput.self,
        sessions,
        AdminRole.manageDomains.access,
        status: .created,
        handler: addApprovedDomain
      ),
      .session(
        .post,
        "/admin/list-approved-domains",
        DomainListInput.self,
        sessions,
        handler: listApprovedDomains
      ),
      .session(
        .post,
        "/admin/get-approved-domain",
        DomainDetailsInput.self,
        sessions,
        handler: getApprovedDomain
      ),
      .session(
        .post,
        "/admin/disable-approved-domain",
        DomainChangeInput.self,
        sessions,
        AdminRole.manageDomains.access
      ) { admin, input, call in
        try await switchApprovedDomain(.disabling, admin, input, call)
      },
      .session(
        .post,
        "/admin/enable-approved-domain",
        DomainChangeInput.self,
        sessions,
        AdminRole.manageDomains.access
      ) { admin, input, call in
        try await switchApprovedDomain(.enabling, admin, input, call)
      },
    ]
  }
}
