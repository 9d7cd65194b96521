// TenantPortal: `/org/*` and `/agency/*`, the portals of those who look for people. One implementation; what differs
// between employers and agencies is a `TenantType`: names, and its own sets of tables, whose queries come from common
// templates.
//
// Owns: how a tenant signs up with the proof of its domain; what its users do: log in, look at themselves and at the
// list of users, invite others, switch them off and on, say who may do what, claim domains and have them checked. All
// of a tenant's users are in the tenant's region; every query is bounded by the caller's tenant. What every account can
// do is `Accounts`' work.
//
//   a signup   under way (two tokens, two mails) → completed: DNS record and private link → a tenant; or expired
//   a user     invited → active ⇄ disabled          (invited ⇄ disabled while no password was ever set)
//   a domain   PENDING → VERIFIED ⇄ FAILING         (`DomainVerification` decides)
//              PENDING → somebody else's, once they have the proof or the claim has lapsed with its token
//
// A proof wins over a claim: whoever has the record in the DNS asks the claimant's region to let go (`DomainHolder`),
// and then takes the domain as if it were free. Dying in between, they leave it free.
//
// Failure: no session 401; role or administrator's right missing 403, before the body is read; wrong input 400;
// somebody or something that is not the tenant's 404, whether or not it exists elsewhere; taken or unchanged 409; not
// in the right status 422; a check too soon after the last 429 with Retry-After; a database out of reach 503 with
// Retry-After. A proof that is not found is an answer, not an error.

public import API
public import Accounts
public import DomainVerification
public import GlobalDatabase
import HTTPTypes
public import Mail
public import MailSealing
public import PasswordHashing
public import PostgresClient
public import RegionRouting
public import Sagas
import UserAdministration
public import Vocabulary

/// The portal of one kind of tenant on one region's server.
public struct TenantPortal<Tenant: TenantType>: Sendable {
  let region: RegionCode
  let settings: TenantSettings
  let global: PostgresPool
  let routing: RoutingLookups
  let regional: PostgresPool
  let resolver: TXTResolver
  let hasher: PasswordHasher
  let sagas: SagaRunner
  let mail: MailComposer
  let sealing: MailSealing
  let signups: SignupThrottle
  let addresses: AddressHasher
  let signupTokens: SignupTokenSealer
  let peers: RegionPeers?
  let accounts: AccountRealm

  /// - Parameters:
  ///   - mail: with the address of this portal's web client.
  ///   - peers: the other regions' servers; nil if there are none.
  public init(
    region: RegionCode,
    settings: TenantSettings,
    shared: AccountSettings,
    global: PostgresPool,
    replica: ReadReplica? = nil,
    regional: PostgresPool,
    resolver: TXTResolver,
    hasher: PasswordHasher,
    sagas: SagaRunner,
    mail: MailComposer,
    sealing: MailSealing,
    peers: RegionPeers? = nil
  ) {
    self.region = region
    self.settings = settings
    self.global = global
    routing = RoutingLookups(global, replica: replica)
    self.regional = regional
    self.resolver = resolver
    self.hasher = hasher
    self.sagas = sagas
    self.mail = mail
    self.sealing = sealing
    signups = shared.signups
    addresses = shared.addresses
    signupTokens = shared.signupTokens
    self.peers = peers
    accounts = .tenant(
      Tenant.self,
      region: region,
      settings: settings,
      shared: shared,
      regional: regional,
      global: global,
      hasher: hasher,
      mail: mail,
      sealing: sealing
    )
  }

  /// Every endpoint of the portal.
  public var endpoints: [Endpoint] { signupEndpoints + accountEndpoints + userEndpoints + domainEndpoints }

  private var signupEndpoints: [Endpoint] {
    [
      .open(
        .post,
        Tenant.path("init-signup"),
        InitSignupInput.self,
        home: initSignupHome,
        handler: initSignup
      ),
      .open(
        .post,
        Tenant.path("get-signup-details"),
        SignupDetailsInput.self,
        handler: getSignupDetails
      ),
      .open(
        .post,
        Tenant.path("complete-signup"),
        CompleteTenantSignupInput.self,
        home: completeSignupHome,
        status: .created,
        handler: completeSignup
      ),
    ]
  }

  private var userEndpoints: [Endpoint] {
    let (invite, manage) = (Tenant.Role.inviteUsers.access, Tenant.Role.manageUsers.access)
    return [
      endpoint(.get, "myinfo", .session, handler: myInfo),
      endpoint(.post, "filter-users", UserListInput.self, .session, handler: filterUsers),
      endpoint(.post, "invite-user", InvitationInput.self, invite, status: .created, handler: inviteUser),
      endpoint(.post, "disable-user", UserAddressInput.self, manage, handler: disableUser),
      endpoint(.post, "enable-user", UserAddressInput.self, manage, handler: enableUser),
      endpoint(.post, "assign-role", RoleInput<Tenant.Role>.self, manage, handler: assignRole),
      endpoint(.post, "remove-role", RoleInput<Tenant.Role>.self, manage, handler: removeRole),
    ]
  }

  private var domainEndpoints: [Endpoint] {
    [
      endpoint(
        .post,
        "claim-domain",
        ClaimInput.self,
        .administrators,
        status: .created,
        handler: claimDomain
      ),
      endpoint(.post, "verify-domain", DomainInput.self, .administrators, handler: verifyDomain),
      endpoint(.post, "get-domain-status", DomainInput.self, .administrators, handler: getDomainStatus),
      endpoint(.post, "list-domains", DomainListInput.self, .administrators, handler: listDomains),
    ]
  }
}

extension TenantPortal {
  /// A session-protected endpoint without input; its body is never read.
  func endpoint<Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ name: String,
    _ access: Access,
    handler: @escaping @Sendable (TenantUser, Call) async throws -> Output
  ) -> Endpoint {
    .session(method, Tenant.path(name), sessions, access, handler: handler)
  }

  /// A session-protected endpoint with input. Order: session → access → parsing → validation → handler.
  func endpoint<Input: RequestInput, Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ name: String,
    _ input: Input.Type,
    _ access: Access,
    status: HTTPResponse.Status = .ok,
    handler: @escaping @Sendable (TenantUser, Input, Call) async throws -> Output
  ) -> Endpoint {
    .session(method, Tenant.path(name), input, sessions, access, status: status, handler: handler)
  }
}
