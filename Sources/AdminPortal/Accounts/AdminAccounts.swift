import API
import Accounts
import GlobalDatabase
import Mail
import MailSealing
import Outbox
import PasswordHashing
import PostgresClient

// Administrators' accounts, as the module `Accounts` wants to know them.

extension AccountMails {
  static func admin(_ mail: MailComposer, _ sealing: MailSealing) -> AccountMails {
    AccountMails(
      tfaCode: {
        mail.adminTFA(to: $0, code: $1, lifetime: $2, language: $3).globalInsertion(sealedBy: sealing)
      },
      passwordReset: {
        mail.adminPasswordReset(to: $0, token: $1, lifetime: $2, language: $3)
          .globalInsertion(sealedBy: sealing)
      }
    )
  }
}

extension AccountRealm {
  static func admin(
    settings: AdminSettings,
    global: PostgresPool,
    hasher: PasswordHasher,
    mail: MailComposer,
    sealing: MailSealing
  ) -> AccountRealm {
    AccountRealm(
      name: "admin",
      database: .global(global),
      tables: GlobalAdminTables.self,
      mails: .admin(mail, sealing),
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
