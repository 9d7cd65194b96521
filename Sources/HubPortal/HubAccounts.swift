import Accounts
import FoundationEssentials
import Mail
import Outbox
import PasswordHashing
import PostgresClient
import RegionalDatabase
import Vocabulary

// Professionals' accounts, as the module `Accounts` wants to know them.

extension HubPortal {
  /// The statements that delete what a change of password or address revokes besides sessions and tokens of logins.
  static func furtherRevocations(of user: UUID) -> [PostgresQuery] {
    [DeleteHubEmailVerificationTokensOfUser.query(hubUserGlobalID: user)]
  }
}

extension AccountMails {
  static func hub(_ mail: MailComposer) -> AccountMails {
    AccountMails(
      tfaCode: { mail.hubTFA(to: $0, code: $1, lifetime: $2, language: $3).insertion },
      passwordReset: { mail.hubPasswordReset(to: $0, token: $1, lifetime: $2, language: $3).insertion }
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
    mail: MailComposer
  ) -> AccountRealm {
    AccountRealm(
      name: "hub",
      database: .regional(regional),
      tables: RegionalHubTables.self,
      mails: .hub(mail),
      tokens: .prefixed(region),
      lifetimes: AccountLifetimes(
        tfaToken: settings.tfaTokenLifetime,
        session: settings.sessionLifetime,
        rememberedSession: settings.rememberedSessionLifetime,
        passwordResetToken: shared.passwordResetLifetime
      ),
      throttles: shared.throttles,
      hasher: hasher,
      furtherRevocations: { HubPortal.furtherRevocations(of: $0) }
    )
  }
}
