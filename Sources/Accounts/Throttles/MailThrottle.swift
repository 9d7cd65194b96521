import API
public import PostgresClient
public import SharedQueries

/// Decides about mails to one address that somebody who is not logged in can cause: so many an hour, counted from the
/// first.
public struct MailThrottle: Sendable, Equatable {
  static let window = Duration.seconds(3600)

  /// 0 switches the throttle off.
  let maxMails: Int

  public init(maxMails: Int) {
    self.maxMails = maxMails
  }

  var rule: ThrottleRule {
    ThrottleRule(window: Self.window, lengtheningFrom: .max, lengthened: Self.window, mostEvents: maxMails)
  }

  /// Counts a mail to an address.
  /// - Parameters:
  ///   - tables: the counters of the database
  ///   - transaction: the one that queues the mail or inserts its token: rolled back, it has not been counted
  /// - Returns: false, and nothing is counted, if it must not be sent.
  public func admits(
    mailTo address: String,
    _ tables: any ThrottleTables.Type,
    _ transaction: PostgresTransaction
  ) async throws -> Bool {
    if maxMails == 0 { return true }
    return try await tables.count(transaction, .mail(to: address), rule) != nil
  }

  /// Counts a mail to an address, for endpoints that refuse to send too many.
  /// - Throws: 429.
  public func admit(
    mailTo address: String,
    _ tables: any ThrottleTables.Type,
    _ transaction: PostgresTransaction
  ) async throws {
    guard try await !admits(mailTo: address, tables, transaction) else { return }
    let counter = try await tables.find(transaction, .mail(to: address))
    throw Problem.tooManyRequests(counter?.endsIn ?? .zero)
  }
}
