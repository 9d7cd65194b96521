import API
public import Accounts
public import GlobalDatabase
import Mail
import Outbox
import PasswordHashing
import PostgresClient

// Administrators' accounts, as the module `Accounts` wants to know them.

extension FindAdminCredentials.Row: CredentialsRow {}
extension LockAdminTFAToken.Row: PendingLoginRow {}
extension FindAdminPasswordResetToken.Row: PendingResetRow {}

extension AccountQueries {
  static let admin = AccountQueries(
    findCredentials: { try await GlobalQueries($0).findAdminCredentials(adminUserID: $1) },
    insertTFAToken: InsertAdminTFAToken.query,
    lockTFAToken: { try await GlobalQueries($0).lockAdminTFAToken(tokenHash: $1) },
    countTFAFailure: CountAdminTFAFailure.query,
    deleteTFAToken: DeleteAdminTFAToken.query,
    insertSession: InsertAdminSession.query,
    deleteSession: DeleteAdminSession.query,
    setLanguage: SetAdminLanguage.query,
    replacePassword: ReplaceAdminPasswordHash.query,
    setPassword: SetAdminPasswordHash.query,
    insertResetToken: InsertAdminPasswordResetToken.query,
    findResetToken: { try await GlobalQueries($0).findAdminPasswordResetToken(tokenHash: $1) },
    deleteResetToken: DeleteAdminPasswordResetToken.query,
    deleteTFATokens: DeleteAdminTFATokensOfUser.query,
    deleteResetTokens: DeleteAdminPasswordResetTokensOfUser.query,
    deleteSessions: DeleteAdminSessionsOfUser.query
  )
}

extension AccountMails {
  static func admin(_ mail: MailComposer) -> AccountMails {
    AccountMails(
      tfaCode: { mail.adminTFA(to: $0, code: $1, lifetime: $2, language: $3).globalInsertion },
      passwordReset: {
        mail.adminPasswordReset(to: $0, token: $1, lifetime: $2, language: $3).globalInsertion
      }
    )
  }
}

extension AccountRealm {
  static func admin(
    settings: AdminSettings,
    global: PostgresPool,
    hasher: PasswordHasher,
    mail: MailComposer
  ) -> AccountRealm {
    AccountRealm(
      name: "admin",
      database: .global(global),
      queries: .admin,
      mails: .admin(mail),
      tokens: .bare,
      lifetimes: AccountLifetimes(
        tfaToken: settings.tfaTokenLifetime,
        session: settings.sessionLifetime,
        rememberedSession: settings.sessionLifetime,
        passwordResetToken: settings.passwordResetLifetime
      ),
      throttles: settings.throttles,
      hasher: hasher
    )
  }
}
