import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import Mail
import MailSealing
import Outbox
import PasswordHashing
import PostgresClient
import RegionalDatabase
import SystemPrimitives
import Vocabulary

// Professionals' accounts, as the module `Accounts` wants to know them.

extension AccountMails {
  static func hub(_ mail: MailComposer, _ sealing: MailSealing) -> AccountMails {
    AccountMails(
      tfaCode: {
        mail.hubTFA(to: $0, code: $1, lifetime: $2, language: $3).insertion(sealedBy: sealing)
      },
      passwordReset: {
        mail.hubPasswordReset(to: $0, token: $1, lifetime: $2, language: $3).insertion(sealedBy: sealing)
      }
    )
  }
}

extension AccountRealm {
  static func hub(
    region: RegionCode,
    settings: HubSettings,
    shared: AccountSettings,
    regional: PostgresPool,
    hasher: PasswordHasher,
    mail: MailComposer,
    sealing: MailSealing
  ) -> AccountRealm {
    AccountRealm(
      name: "hub",
      database: .regional(regional),
      tables: RegionalHubTables.self,
      mails: .hub(mail, sealing),
      tokens: .prefixed(region),
      lifetimes: AccountLifetimes(
        tfaToken: settings.tfaTokenLifetime,
        session: settings.sessionLifetime,
        rememberedSession: settings.rememberedSessionLifetime,
        passwordResetToken: shared.passwordResetLifetime
      ),
      throttles: shared.throttles,
      hasher: hasher,
      furtherRevocations: { RegionalHubTables.furtherRevocations(of: $0) }
    )
  }
}

struct HubLoginInput: RequestInput {
  let email: EmailAddress
  let password: OfferedPassword

  init?(_ decoder: inout InputDecoder) {
    let email = decoder.required("email_address", as: EmailAddress.self)
    let password = decoder.required("password", as: OfferedPassword.self)
    guard let email, let password else { return nil }
    self.email = email
    self.password = password
  }
}

struct HubPasswordResetInput: RequestInput {
  let email: EmailAddress

  init?(_ decoder: inout InputDecoder) {
    guard let email = decoder.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}

extension HubPortal {
  /// `POST /hub/login`.
  ///
  /// The account is loaded by the id of the routing row, not by address: during a change of address both agree on the
  /// id before they agree on the address.
  func login(_ input: HubLoginInput, _ account: UUID?, _ call: Call) async throws -> LoginContent {
    try await accounts.login(
      LoginAttempt(name: input.email.address, password: input.password, account: account),
      AccountCall(call)
    )
  }
}

extension HubPortal {
  /// Finds the home of an address's account: the global database knows the region by the address's hash. An unknown
  /// address has none, but a region stands in for it, always the same: so it takes as long as a known one, wrong
  /// guesses at it are counted in one place, too, and it is 503 when that region is out of reach.
  func accountHome<Input>(
    _ email: @escaping @Sendable (Input) -> EmailAddress
  ) -> HomeRule<Input, UUID?> {
    HomeRule(.email) { [routing, addresses] input, homes in
      let email = email(input)
      let hashes = addresses.hashes(email)
      let row = try await routing.first { database throws(PostgresError) in
        try await GlobalQueries(database).findHubUserRouting(emailAddressHashes: hashes)
      }
      guard let row, let region = RegionCode(rawValue: row.homeRegion) else {
        return .standIn(homes.standIn(for: email.hash), nil)
      }
      return .region(region, row.hubUserGlobalID)
    }
  }
}
