// HubPortal: `/hub/*`, the professionals' portal.
//
// Owns: signing up, logging in and out, and what a signed-in person reads about themselves. A person's routing row (id,
// handle, e-mail hash, home region) is global; everything else is in the home region.
//
//   a person       unknown → signup requested (a token, global) → signed up (saga) → active ⇄ disabled / deleted (operator)
//   a login        password right → TFA token and mailed code → session → logged out or expired
//   a TFA token    fresh → up to 4 wrong codes → used (deleted), dead (5 wrong codes) or expired
//
// Failure: wrong input 400; wrong secret 401 or 403; known but not active 422; taken 409; a database or the password hasher
// out of reach 503 with Retry-After, nothing lost.

import GlobalDatabase
import HTTPTypes
public import Mail
public import PasswordHashing
public import PostgresClient
public import RegionRouting
import RegionalDatabase
public import Sagas
import ServiceKit
public import Vocabulary

/// The professionals' portal on one region's server.
public struct HubPortal: Sendable {
  let region: RegionCode
  let settings: HubSettings
  let global: PostgresPool
  let regional: PostgresPool
  let hasher: PasswordHasher
  let sagas: SagaRunner
  let mail: MailComposer

  public init(
    region: RegionCode,
    settings: HubSettings,
    global: PostgresPool,
    regional: PostgresPool,
    hasher: PasswordHasher,
    sagas: SagaRunner,
    mail: MailComposer
  ) {
    self.region = region
    self.settings = settings
    self.global = global
    self.regional = regional
    self.hasher = hasher
    self.sagas = sagas
    self.mail = mail
  }

  var globalQueries: GlobalQueries<PostgresPool> { GlobalQueries(global) }
  var regionalQueries: RegionalQueries<PostgresPool> { RegionalQueries(regional) }

  /// Every route of the portal with its routing rule.
  public var routes: [RegionalRoute] {
    [
      .open(.post, "/hub/request-signup", RequestSignupInput.self, home: .anywhere, handler: requestSignup),
      .open(
        .post,
        "/hub/complete-signup",
        CompleteSignupInput.self,
        home: signupHome,
        handler: completeSignup
      ),
      .open(.post, "/hub/login", LoginInput.self, home: accountHome(\.email), handler: login),
      .open(.post, "/hub/tfa", TFAInput.self, home: tfaHome, handler: tfa),
      .session(.post, "/hub/logout", sessions, handler: logout),
      .session(.get, "/hub/myinfo", sessions, handler: myInfo),
      .session(.post, "/hub/set-language", SetLanguageInput.self, sessions, handler: setLanguage),
      .open(
        .post,
        "/hub/request-password-reset",
        RequestPasswordResetInput.self,
        home: accountHome(\.email),
        handler: requestPasswordReset
      ),
      .open(
        .post,
        "/hub/complete-password-reset",
        CompletePasswordResetInput.self,
        home: passwordResetHome,
        handler: completePasswordReset
      ),
      .session(.post, "/hub/change-password", ChangePasswordInput.self, sessions, handler: changePassword),
    ]
  }
}
