import API
import Accounts
import FoundationEssentials
import Mail
import MailSealing
import Outbox
import PasswordHashing
import PostgresClient
import Sagas
import SharedQueries
import SystemPrimitives
import Vocabulary

extension AccountMails {
  static func tenant(_ mails: TenantMails, _ mail: MailComposer, _ sealing: MailSealing) -> AccountMails {
    return AccountMails(
      tfaCode: {
        mail.tfa(mails, to: $0, code: $1, lifetime: $2, language: $3).insertion(sealedBy: sealing)
      },
      passwordReset: {
        mail.passwordReset(mails, to: $0, token: $1, lifetime: $2, language: $3).insertion(sealedBy: sealing)
      }
    )
  }
}

extension AccountRealm {
  /// The users of one kind of tenant, as the module `Accounts` wants to know them.
  static func tenant<Tenant: TenantType>(
    _: Tenant.Type,
    region: RegionCode,
    settings: TenantSettings,
    shared: AccountSettings,
    regional: PostgresPool,
    global: PostgresPool,
    hasher: PasswordHasher,
    mail: MailComposer,
    sealing: MailSealing
  ) -> AccountRealm {
    AccountRealm(
      name: Tenant.prefix,
      database: .regional(regional),
      tables: Tenant.Regional.self,
      mails: .tenant(Tenant.mails, mail, sealing),
      tokens: .prefixed(region),
      lifetimes: AccountLifetimes(
        tfaToken: settings.tfaTokenLifetime,
        session: settings.sessionLifetime,
        rememberedSession: settings.rememberedSessionLifetime,
        passwordResetToken: shared.passwordResetLifetime
      ),
      throttles: shared.throttles,
      hasher: hasher,
      findTenantName: { user, transaction in
        guard let tenant = try await Tenant.Regional.findTenantOfUser(transaction, userID: user) else {
          return nil
        }
        guard tenant.tenantName.isEmpty else { return tenant.tenantName }
        // A tenant that was imported has no copy of its name in the region.
        return try await Tenant.Global.findTenantName(global, tenantID: tenant.tenantID)?.tenantName ?? ""
      }
    )
  }
}

/// The name that a login gives an account: somebody may be a user of several tenants.
enum LoginName {
  static func of(_ address: String, at tenant: UUID) -> String { "\(tenant) \(address)" }
}
