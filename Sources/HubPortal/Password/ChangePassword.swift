import HTTPServing
import PasswordHashing
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceKit
import Vocabulary

struct ChangePasswordInput: RequestInput {
  let current: Password
  let new: Password

  init?(_ form: inout Form) {
    let current = form.required("current_password", as: Password.self)
    let new = form.required("new_password", as: Password.self)
    guard let current, let new else { return nil }
    guard !current.utf8.elementsEqual(new.utf8) else {
      form.note("new_password", "must be different from current password")
      return nil
    }
    self.current = current
    self.new = new
  }
}

extension HubPortal {
  /// `POST /hub/change-password`: this session goes on, everything else that could open the account ends. Wrong guesses are
  /// throttled like those of a login: a stolen session must not be worth a password.
  func changePassword(_ user: HubUser, _ input: ChangePasswordInput, _ call: RegionalCall) async throws
    -> Response
  {
    guard let stored = try await regionalQueries.findHubUserByID(hubUserGlobalID: user.id)?.passwordHash
    else {
      throw Problem.invalidSession
    }
    let attempts = try attempts(on: EmailAddress(user.emailAddress), call)
    try await attempts.check(in: regional)
    guard try await hasher.verify(input.current, against: stored) else {
      try await attempts.fail(in: regional)
      throw Problem.wrongPassword
    }
    let passwordHash = try await hasher.hash(input.new)
    try await regional.withTransaction { transaction in
      try await attempts.succeed(in: transaction)
      let changed = try await RegionalQueries(transaction).updateHubUserPasswordHash(
        newPasswordHash: passwordHash,
        hubUserGlobalID: user.id,
        oldPasswordHash: stored
      )
      // Another change was faster, and what was entered here is no longer the current password.
      guard changed == 1 else { throw Problem.wrongPassword }
      _ = try await transaction.executeAll(HubAccess.revocations(of: user.id, but: user.sessionHash))
    }
    return .empty
  }
}

extension Problem {
  static let wrongPassword = Problem.unauthorized("The current password is wrong.")
}
