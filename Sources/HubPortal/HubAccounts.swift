public import Accounts
import Mail
import Outbox
import PasswordHashing
import PostgresClient
public import RegionalDatabase
import Vocabulary

// Professionals' accounts, as the module `Accounts` wants to know them.

extension FindHubCredentials.Row: CredentialsRow {}
extension LockHubTFAToken.Row: PendingLoginRow {}
extension FindHubPasswordResetToken.Row: PendingResetRow {}

extension AccountQueries {
  static let hub = AccountQueries(
    findCredentials: { try await RegionalQueries($0).findHubCredentials(hubUserGlobalID: $1) },
    insertTFAToken: InsertHubTFAToken.query,
    lockTFAToken: { try await RegionalQueries($0).lockHubTFAToken(tokenHash: $1) },
    countTFAFailure: CountHubTFAFailure.query,
    deleteTFAToken: DeleteHubTFAToken.query,
    insertSession: InsertHubSession.query,
    deleteSession: DeleteHubSession.query,
    setLanguage: SetHubLanguage.query,
    replacePassword: ReplaceHubPasswordHash.query,
    setPassword: SetHubPasswordHash.query,
    insertResetToken: InsertHubPasswordResetToken.query,
    findResetToken: { try await RegionalQueries($0).findHubPasswordResetToken(tokenHash: $1) },
    deleteResetToken: DeleteHubPasswordResetToken.query,
    deleteTFATokens: DeleteHubTFATokensOfUser.query,
    deleteResetTokens: DeleteHubPasswordResetTokensOfUser.query,
    deleteOtherTokens: [DeleteHubEmailVerificationTokensOfUser.query],
    deleteSessions: DeleteHubSessionsOfUser.query
  )
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
      queries: .hub,
      mails: .hub(mail),
      tokens: .prefixed(region),
      lifetimes: AccountLifetimes(
        tfaToken: settings.tfaTokenLifetime,
        session: settings.sessionLifetime,
        rememberedSession: settings.rememberedSessionLifetime,
        passwordResetToken: shared.passwordResetLifetime
      ),
      throttles: shared.throttles,
      hasher: hasher
    )
  }
}
