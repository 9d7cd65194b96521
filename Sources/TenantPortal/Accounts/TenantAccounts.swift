import API
import Accounts
import FoundationEssentials
import Mail
import Outbox
import PasswordHashing
import PostgresClient
import RegionRouting
import SystemPrimitives
import Vocabulary

extension AccountMails {
  static func tenant(_ kind: TenantKind, _ mail: MailComposer) -> AccountMails {
    let mails = kind.mails
    return AccountMails(
      tfaCode: { mail.tfa(mails, to: $0, code: $1, lifetime: $2, language: $3).insertion },
      passwordReset: { mail.passwordReset(mails, to: $0, token: $1, lifetime: $2, language: $3).insertion }
    )
  }
}

extension AccountRealm {
  /// The users of one kind of tenant, as the module `Accounts` wants to know them.
  static func tenant(
    _ kind: TenantKind,
    region: RegionCode,
    settings: TenantSettings,
    shared: AccountSettings,
    regional: PostgresPool,
    global: PostgresPool,
    hasher: PasswordHasher,
    mail: MailComposer
  ) -> AccountRealm {
    AccountRealm(
      name: kind.prefix,
      database: .regional(regional),
      queries: kind.queries.accounts,
      mails: .tenant(kind, mail),
      tokens: .prefixed(region),
      lifetimes: AccountLifetimes(
        tfaToken: settings.tfaTokenLifetime,
        session: settings.sessionLifetime,
        rememberedSession: settings.rememberedSessionLifetime,
        passwordResetToken: shared.passwordResetLifetime
      ),
      throttles: shared.throttles,
      hasher: hasher,
      greeting: { user, transaction in
        guard let (tenant, name) = try await kind.queries.newcomers.findTenant(transaction, user) else {
          return []
        }
        // A tenant that was imported has no copy of its name in the region.
        let known = name.isEmpty ? try await kind.queries.findTenantName(global, tenant) ?? "" : name
        return [(kind.tenantNameMember, known)]
      }
    )
  }
}

/// What a login calls an account: somebody may be a user of several tenants.
enum LoginName {
  static func of(_ address: String, at tenant: UUID) -> String { "\(tenant) \(address)" }
}

extension AccountCall {
  init(_ call: RegionalCall) {
    self.init(client: call.client?.network ?? "", logger: call.logger)
  }
}
