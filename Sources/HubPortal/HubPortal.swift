// HubPortal: `/hub/*`, the professionals' portal.
//
// Owns: signing up, and what a signed-in person reads about themselves. Logging in and everything about passwords is
// the module `Accounts`, told here what is the hub's own. A person's routing row (id, handle, e-mail hash, home region)
// is global; everything else is in the home region.
//
//   a person       unknown → signup requested (a token, global) → signed up (saga)
//                  → active ⇄ disabled / deleted (operator)
//   an address     present → change requested (a token, regional; a mail to the new one)
//                  → changed (saga), all sessions gone
//
// Failure: wrong input 400; wrong secret 401 or 403; known but not active 422; taken 409; too often 429; a database or
// the password hasher out of reach 503 with Retry-After, nothing lost.

public import API
public import Accounts
public import GlobalDatabase
import HTTPTypes
public import Mail
public import MailSealing
public import PasswordHashing
public import PostgresClient
import RegionalDatabase
public import Sagas
public import Vocabulary

/// The professionals' portal on one region's server.
public struct HubPortal: Sendable {
  let region: RegionCode
  let settings: HubSettings
  let global: PostgresPool
  let routing: RoutingLookups
  let regional: PostgresPool
  let hasher: PasswordHasher
  let sagas: SagaRunner
  let mail: MailComposer
  let sealing: MailSealing
  let accounts: AccountRealm
  let signups: SignupThrottle
  let addresses: AddressHasher
  let signupTokens: SignupTokenSealer

  public init(
    region: RegionCode,
    settings: HubSettings,
    shared: AccountSettings,
    global: PostgresPool,
    replica: ReadReplica? = nil,
    regional: PostgresPool,
    hasher: PasswordHasher,
    sagas: SagaRunner,
    mail: MailComposer,
    sealing: MailSealing
  ) {
    self.region = region
    self.settings = settings
    self.global = global
    routing = RoutingLookups(global, replica: replica)
    self.regional = regional
    self.hasher = hasher
    self.sagas = sagas
    self.mail = mail
    self.sealing = sealing
    signups = shared.signups
    addresses = shared.addresses
    signupTokens = shared.signupTokens
    accounts = .hub(
      region: region,
      settings: settings,
      shared: shared,
      regional: regional,
      hasher: hasher,
      mail: mail,
      sealing: sealing
    )
  }

  var globalQueries: GlobalQueries<PostgresPool> { GlobalQueries(global) }
  var regionalQueries: RegionalQueries<PostgresPool> { RegionalQueries(regional) }

  /// Every endpoint of the portal.
  public var endpoints: [Endpoint] {
    [
      .open(.post, "/hub/request-signup", RequestSignupInput.self, handler: requestSignup),
      .open(
        .post,
        "/hub/complete-signup",
        CompleteSignupInput.self,
        home: signupHome,
        status: .created,
        handler: completeSignup
      ),
      .open(.post, "/hub/login", HubLoginInput.self, home: accountHome(\.email), handler: login),
      .open(
        .post,
        "/hub/tfa",
        RememberedTFAInput.self,
        home: .bodyToken(\.tfa.token, malformed: .malformedToken("tfa_token"))
      ) { input, token, call in
        SessionContent(
          try await accounts.enterCode(
            input.tfa.code,
            token: token,
            rememberMe: input.rememberMe,
            AccountCall(call)
          )
        )
      },
      .session(.post, "/hub/logout", sessions) { user, _ in try await accounts.logout(user) },
      .session(.post, "/hub/set-language", SetLanguageInput.self, sessions) { user, input, _ in
        try await accounts.setLanguage(input, user)
      },
      .session(
        .post,
        "/hub/request-email-change",
        RequestEmailChangeInput.self,
        sessions,
        handler: requestEmailChange
      ),
      .open(
        .post,
        "/hub/complete-email-change",
        CompleteEmailChangeInput.self,
        home: emailChangeHome,
        handler: completeEmailChange
      ),
      .open(
        .post,
        "/hub/request-password-reset",
        HubPasswordResetInput.self,
        home: accountHome(\.email)
      ) { input, account, call in
        try await accounts.requestPasswordReset(of: account, at: input.email, AccountCall(call))
      },
      .open(
        .post,
        "/hub/complete-password-reset",
        CompletePasswordResetInput.self,
        home: .bodyToken(\.token, malformed: .invalidResetToken)
      ) { input, token, call in
        try await accounts.completePasswordReset(input, token: token, AccountCall(call))
      },
      .session(.post, "/hub/change-password", ChangePasswordInput.self, sessions) { user, input, call in
        try await accounts.changePassword(input, user, AccountCall(call))
      },
      .session(.get, "/hub/myinfo", sessions, handler: myInfo),
    ]
  }
}

extension HubPortal {
  /// The portal's operations across databases, by which recovery and the audit find them.
  public static let sagaUndos: [any SagaUndo.Type] = [HubSignupUndo.self, HubEmailChangeUndo.self]
}
