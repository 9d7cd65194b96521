import Accounts
import FoundationEssentials
import HTTP1
import HTTPTypes
import PostgresClient
import RegionRouting
import ServiceKit
import Vocabulary

struct TenantLoginInput: RequestInput {
  let account: AccountName
  let password: Password

  init?(_ form: inout Form) {
    let account = AccountName(&form, addressMember: "email")
    let password = form.required("password", as: Password.self)
    guard let account, let password else { return nil }
    self.account = account
    self.password = password
  }
}

struct TenantPasswordResetInput: RequestInput {
  let account: AccountName

  init?(_ form: inout Form) {
    guard let account = AccountName(&form, addressMember: "email_address") else { return nil }
    self.account = account
  }
}

/// An address at a tenant, which any of its domains stands for; the address need not be of that domain.
struct AccountName: Sendable {
  let email: EmailAddress
  let domain: DomainName

  init?(_ form: inout Form, addressMember: String) {
    let email = form.required(addressMember, as: EmailAddress.self)
    let domain = form.required("domain", as: DomainName.self)
    guard let email, let domain else { return nil }
    self.email = email
    self.domain = domain
  }
}

extension TenantPortal {
  /// A tenant's users are at home where the tenant is. An address that none of them has is answered there too: so it takes as
  /// long as a known one, and wrong guesses at it are counted in one place.
  var loginHome: HomeRule<TenantLoginInput, TenantRouting> {
    HomeRule(.domainAndEmail) { [kind, global] input, _ in
      let found = try await kind.queries.routing.find(
        global,
        input.account.email.hash,
        input.account.domain.name
      )
      guard let found, let region = RegionCode(rawValue: found.region) else { throw Problem.noSuchTenant }
      return .region(region, found)
    }
  }

  /// `POST login`. Whatever the domain's status is: it must not lock people out.
  func login(_ input: TenantLoginInput, _ found: TenantRouting, _ call: RegionalCall) async throws -> Response
  {
    try await accounts.login(
      LoginAttempt(
        name: LoginName.of(input.account.email.address, at: found.tenant),
        password: input.password,
        account: found.user
      ),
      AccountCall(call)
    )
  }

  /// As for logins; a domain that nobody has is answered in the region that the address's hash chooses.
  var passwordResetHome: HomeRule<TenantPasswordResetInput, UUID?> {
    HomeRule(.domainAndEmail) { [kind, global] input, directory in
      let account = input.account
      let found = try await kind.queries.routing.find(global, account.email.hash, account.domain.name)
      guard let found, let region = RegionCode(rawValue: found.region) else {
        return .preferably(directory.decoyRegion(for: account.email.hash), nil)
      }
      return .region(region, found.user)
    }
  }
}

extension Problem {
  static let noSuchTenant = Problem(.notFound, .noSuchDomain, "Nobody has signed up with this domain.")
}
