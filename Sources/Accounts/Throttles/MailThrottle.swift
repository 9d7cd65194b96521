import API
import PostgresClient

/// Decides about mails to one address that somebody who is not logged in can cause: so many an hour, counted from the first.
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
  /// - Parameter counters: of the transaction that queues the mail or inserts its token: rolled back, it has not been counted.
  /// - Returns: false, and nothing is counted, if it must not be sent.
  public func admits(mailTo address: String, _ counters: any ThrottleQueries) async throws -> Bool {
    if maxMails == 0 { return true }
    return try await counters.count(.mail(to: address), rule) != nil
  }

  /// The same for endpoints that say so.
  /// - Throws: 429.
  public func admit(mailTo address: String, _ counters: any ThrottleQueries) async throws {
    guard try await !admits(mailTo: address, counters) else { return }
    let counter = try await counters.find(.mail(to: address))
    throw Problem.tooManyRequests(counter?.endsIn ?? .zero)
  }
}
