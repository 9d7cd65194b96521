import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import HTTPTypes
import PostgresClient
import SharedQueries
import Vocabulary

struct TenantLoginInput: RequestInput {
  let account: AccountName
  let password: OfferedPassword

  init?(_ decoder: inout InputDecoder) {
    let account = AccountName(&decoder, addressMember: "email")
    let password = decoder.required("password", as: OfferedPassword.self)
    guard let account, let password else { return nil }
    self.account = account
    self.password = password
  }
}

struct TenantPasswordResetInput: RequestInput {
  let account: AccountName

  init?(_ decoder: inout InputDecoder) {
    guard let account = AccountName(&decoder, addressMember: "email_address") else { return nil }
    self.account = account
  }
}

/// An address at a tenant, which any of its domains stands for; the address need not be of that domain.
struct AccountName: Sendable {
  let email: EmailAddress
  let domain: DomainName

  init?(_ decoder: inout InputDecoder, addressMember: String) {
    let email = decoder.required(addressMember, as: EmailAddress.self)
    let domain = decoder.required("domain", as: DomainName.self)
    guard let email, let domain else { return nil }
    self.email = email
    self.domain = domain
  }
}

extension TenantPortal {
  /// A tenant's users are at home where the tenant is. An address that none of them has is answered there too: so it
  /// takes as long as a known one, and wrong guesses at it are counted in one place.
  var loginHome: HomeRule<TenantLoginInput, FindRouting.Row> {
    HomeRule(.domainAndEmail) { input, _ in
      let found = try await find(input.account)
      guard let found, let region = RegionCode(rawValue: found.region) else { throw Problem.noSuchTenant }
      return .region(region, found)
    }
  }

  private func find(_ account: AccountName) async throws -> FindRouting.Row? {
    let hashes = addresses.hashes(account.email)
    return try await routing.first { database throws(PostgresError) in
      try await Tenant.Global.findRouting(
        database,
        emailAddressHashes: hashes,
        domain: account.domain.name
      )
    }
  }

  /// `POST login`. Whatever the domain's status is: it must not lock people out.
  func login(
    _ input: TenantLoginInput,
    _ found: FindRouting.Row,
    _ call: Call
  ) async throws -> LoginContent {
    try await accounts.login(
      LoginAttempt(
        name: LoginName.of(input.account.email.address, at: found.tenantID),
        password: input.password,
        account: found.userID
      ),
      AccountCall(call)
    )
  }

  /// Finds the home as for logins; a region stands in for that of a domain that nobody has.
  var passwordResetHome: HomeRule<TenantPasswordResetInput, UUID?> {
    HomeRule(.domainAndEmail) { input, homes in
      let account = input.account
      let found = try await find(account)
      guard let found, let region = RegionCode(rawValue: found.region) else {
        return .standIn(homes.standIn(for: Data(account.domain.name.utf8)), nil)
      }
      return .region(region, found.userID)
    }
  }
}

extension Problem {
  static let noSuchTenant = Problem(.notFound, .noSuchDomain, "Nobody has signed up with this domain.")
}

/// The response to a right code: the session, and the name of the tenant that it is good for.
struct TenantSessionContent<Tenant: TenantType>: ResponseContent {
  let session: NewSession

  static var members: [ResponseMember<TenantSessionContent>] {
    [
      .string("session_token", is: "a session's token", \.session.token),
      .string("preferred_language", is: "a language code", \.session.language),
      .optionalString(Tenant.tenantNameMember, \.session.tenantName),
    ]
  }
}
