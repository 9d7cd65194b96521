import API
import Accounts
import HTTPTypes
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// The endpoints that every kind of account has; the flows are those of `Accounts`.
  var accountEndpoints: [Endpoint] {
    [
      .open(.post, Tenant.path("login"), TenantLoginInput.self, home: loginHome, handler: login),
      .open(
        .post,
        Tenant.path("tfa"),
        RememberedTFAInput.self,
        home: .bodyToken(\.tfa.token, malformed: .malformedToken("tfa_token"))
      ) { input, token, call in
        TenantSessionContent<Tenant>(
          session: try await accounts.enterCode(
            input.tfa.code,
            token: token,
            rememberMe: input.rememberMe,
            AccountCall(call)
          )
        )
      },
      endpoint(.post, "logout", .session) { user, _ in try await accounts.logout(user) },
      endpoint(.post, "set-language", SetLanguageInput.self, .session) { user, input, _ in
        try await accounts.setLanguage(input, user)
      },
      .open(
        .post,
        Tenant.path("request-password-reset"),
        TenantPasswordResetInput.self,
        home: passwordResetHome
      ) { input, account, call in
        try await accounts.requestPasswordReset(of: account, at: input.account.email, AccountCall(call))
      },
      .open(
        .post,
        Tenant.path("complete-password-reset"),
        CompletePasswordResetInput.self,
        home: .bodyToken(\.token, malformed: .invalidResetToken)
      ) { input, token, call in
        try await accounts.completePasswordReset(input, token: token, AccountCall(call))
      },
      endpoint(.post, "change-password", ChangePasswordInput.self, .session) { user, input, call in
        try await accounts.changePassword(input, user, AccountCall(call))
      },
      .open(
        .post,
        Tenant.path("complete-setup"),
        SetupInput.self,
        home: .bodyToken(\.invitationToken, malformed: .invalidInvitation),
        handler: completeSetup
      ),
    ]
  }
}
