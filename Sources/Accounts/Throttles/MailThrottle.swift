import API
public import PostgresClient
public import SharedQueries

/// Decides about mails of one kind that somebody can cause: so many an hour, counted from the first.
public struct MailThrottle: Sendable, Equatable {
  static let window = Duration.seconds(3600)

  /// 0 switches the throttle off.
  let maxMails: Int

  public init(maxMails: Int) {
    self.maxMails = maxMails
  }

  var isOff: Bool { maxMails == 0 }

  var rule: ThrottleRule {
    ThrottleRule(window: Self.window, lengtheningFrom: .max, lengthened: Self.window, mostEvents: maxMails)
  }

  /// Counts a mail.
  /// - Parameters:
  ///   - key: what it is counted under
  ///   - tables: the counters of the database
  ///   - transaction: the one that queues the mail or inserts its token: rolled back, it has not been counted
  /// - Returns: false, and nothing is counted, if it must not be sent.
  func admits(
    _ key: ThrottleKey,
    _ tables: any ThrottleTables.Type,
    _ transaction: PostgresTransaction
  ) async throws -> Bool {
    if isOff { return true }
    return try await tables.count(transaction, key, rule) != nil
  }

  /// Counts a mail, where too many are refused.
  /// - Throws: 429.
  func admit(
    _ key: ThrottleKey,
    _ tables: any ThrottleTables.Type,
    _ transaction: PostgresTransaction
  ) async throws {
    guard try await !admits(key, tables, transaction) else { return }
    throw Problem.tooManyRequests(try await tables.find(transaction, key)?.endsIn ?? .zero)
  }

  /// Counts a mail to an address, for endpoints that refuse to send too many.
  /// - Throws: 429.
  public func admit(
    mailTo address: String,
    _ tables: any ThrottleTables.Type,
    _ transaction: PostgresTransaction
  ) async throws {
    try await admit(.mail(to: address), tables, transaction)
  }
}
