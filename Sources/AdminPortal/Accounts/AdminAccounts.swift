import API
import Accounts
import GlobalDatabase
import Mail
import Outbox
import PasswordHashing
import PostgresClient

// Administrators' accounts, as the module `Accounts` wants to know them.

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
      tables: GlobalAdminTables.self,
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
