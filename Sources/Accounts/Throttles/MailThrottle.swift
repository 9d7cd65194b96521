import API
import GlobalDatabase
public import PostgresClient
import SharedQueries
public import Vocabulary

/// Decides about mails of one kind that somebody can cause: so many an hour, counted from the first.
struct MailThrottle: Sendable, Equatable {
  static let window = Duration.seconds(3600)

  /// 0 switches the throttle off.
  let maxMails: Int

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
}

extension AccountRealm {
  /// Counts a mail that a signed-in user has sent to an address of their choice: by sender and by recipient.
  /// - Parameter transaction: the one that queues the mail, or one before it
  /// - Throws: 429.
  public func admitMail(
    to recipient: EmailAddress,
    from sender: some SignedIn,
    _ transaction: PostgresTransaction
  ) async throws {
    // Senders before recipients everywhere: two transactions that count under two keys never wait in a circle.
    let senderKey = ThrottleKey.sentMails(realm: name, account: sender.id)
    try await throttles.sentMail.admit(senderKey, database.throttles, transaction)
    try await throttles.mail.admit(.sentMail(to: recipient.address), database.throttles, transaction)
  }
}

/// Decides about signups that somebody begins who is not signed in: by the client's network and by recipient. They are
/// counted in the global database, since any region may be asked, and there under keys that no dictionary opens.
public struct SignupThrottle: Sendable {
  let ofClient: MailThrottle
  let ofRecipient: MailThrottle
  let hasher: AddressHasher

  /// Counts a signup and its mails.
  ///
  /// Clients on this machine are not counted together: behind a proxy that does not say who its clients are, they would
  /// be everybody.
  /// - Parameter transaction: one of the global database that inserts the signup's token
  /// - Throws: 429.
  public func admit(
    mailTo recipient: EmailAddress,
    _ call: AccountCall,
    _ transaction: PostgresTransaction
  ) async throws {
    if call.isFromAfar {
      try await Self.admit(.signups(client: call.client, hasher), ofClient, transaction)
    }
    try await Self.admit(.signupMail(to: recipient.address, hasher), ofRecipient, transaction)
  }

  /// Counts an event where every region counts, through a function that only counts up (db/migrations/global/00017).
  private static func admit(
    _ key: ThrottleKey,
    _ throttle: MailThrottle,
    _ transaction: PostgresTransaction
  ) async throws {
    if throttle.isOff { return }
    let counted = try await GlobalQueries(transaction).countSignup(
      throttleKey: key.hash,
      mostEvents: Int32(clamping: throttle.maxMails)
    )
    guard let counted else { throw Problem.internalError }
    guard counted.isAdmitted else { throw Problem.tooManyRequests(.milliseconds(counted.endsInMs)) }
  }
}
