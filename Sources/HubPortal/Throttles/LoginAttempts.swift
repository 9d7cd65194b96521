import FoundationEssentials
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceKit
import Vocabulary

/// The wrong passwords that one client has entered for one account, known or unknown.
///
/// Looked at before a password is verified, since a flood of guesses must not cost its computing, and again when the verdict
/// is recorded: of guesses that run at the same time those beyond the limit learn nothing.
struct LoginAttempts: Sendable {
  private let accountHash: Data
  private let client: String
  private let throttle: LoginThrottle

  /// - Parameter accountHash: names the account; of its address, so that unknown ones are throttled alike.
  init(on accountHash: Data, from client: IPAddress?, limit: Int) {
    self.accountHash = accountHash
    self.client = client?.network ?? "unknown"
    throttle = LoginThrottle(limit: limit)
  }

  /// - Throws: 429 during a pause.
  func check(in regional: PostgresPool) async throws {
    guard throttle.limit > 0 else { return }
    let row = try await RegionalQueries(regional).findLoginFailures(accountHash: accountHash, client: client)
    try check(failures: row?.failures, elapsedMs: row?.elapsedMs)
  }

  /// In the transaction that a right password leads to.
  /// - Throws: 429 when failures of other guesses have begun a pause meanwhile.
  func succeed(in transaction: PostgresTransaction) async throws {
    guard throttle.limit > 0 else { return }
    let queries = RegionalQueries(transaction)
    guard let row = try await queries.lockLoginFailures(accountHash: accountHash, client: client) else {
      return
    }
    try check(failures: row.failures, elapsedMs: row.elapsedMs)
    try await queries.forgetLoginFailures(accountHash: accountHash, client: client)
  }

  /// Counts a wrong password.
  /// - Throws: 429 when it was one too many.
  func fail(in regional: PostgresPool) async throws {
    guard throttle.limit > 0 else { return }
    let row = try await RegionalQueries(regional).countLoginFailure(accountHash: accountHash, client: client)
    let before = Int(row?.failures ?? 1) - 1
    if let pause = throttle.pause(afterFailures: before, elapsed: .zero) {
      throw Problem.tooManyRequests(pause)
    }
  }

  private func check(failures: Int32?, elapsedMs: Int64?) throws {
    guard let failures, let elapsedMs else { return }
    if let pause = throttle.pause(afterFailures: Int(failures), elapsed: .milliseconds(elapsedMs)) {
      throw Problem.tooManyRequests(pause)
    }
  }
}
