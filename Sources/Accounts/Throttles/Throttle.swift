import API
public import FoundationEssentials
import PostgresClient
public import ServiceRuntime
import SharedQueries
import SystemPrimitives
import Vocabulary

/// The limits of logins, codes and mails.
public struct ThrottleSettings: Sendable {
  let login: GuessThrottle
  let code: CodeThrottle
  public let mail: MailThrottle

  public init(_ reader: inout SettingsReader) {
    login = GuessThrottle(maxFailures: reader.read(Self.loginMaxFailures))
    code = CodeThrottle(
      maxFailures: reader.read(Self.codeMaxFailures),
      maxMails: reader.read(Self.codeMaxMails)
    )
    mail = MailThrottle(maxMails: reader.read(Self.mailMaxPerRecipient))
  }

  static let loginMaxFailures = Setting(
    "LOGIN_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "wrong passwords per account and client address in 15 minutes before growing pauses; 0 = no limit"
  )
  static let codeMaxFailures = Setting(
    "TFA_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    """
    wrong login codes per account and client address in 15 minutes before growing pauses, and three times as many per \
    account in a day, whoever enters them; 0 = no limit
    """
  )
  static let codeMaxMails = Setting(
    "TFA_MAX_MAILS",
    .integer(0...1_000_000),
    default: 20,
    text: "20",
    """
    mails with login codes an hour per account and client address, and three times as many per account; a right code \
    sets both back; 0 = no limit
    """
  )
  static let mailMaxPerRecipient = Setting(
    "MAIL_MAX_PER_RECIPIENT",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "mails an hour to one address that somebody who is not logged in can cause; 0 = no limit"
  )
}

/// The hash under which the database counts something.
public struct ThrottleKey: Sendable, Equatable {
  public let hash: Data

  /// Wrong passwords for an account from a client's network.
  ///
  /// - Parameter account: what the client calls it, not its id: an account that does not exist is counted like one that
  ///   does.
  static func login(realm: String, account: String, client: String) -> ThrottleKey {
    ThrottleKey(["login", realm, account, client])
  }

  /// Wrong codes for an account from a client's network, in all its unfinished logins.
  /// - Parameter client: nil counts whoever the client is
  static func code(realm: String, account: UUID, client: String?) -> ThrottleKey {
    ThrottleKey(["code", realm, account.uuidString] + [client].compactMap(\.self))
  }

  /// Mails with codes for an account that a client's network has caused.
  /// - Parameter client: nil counts whoever the client is
  static func codeMail(realm: String, account: UUID, client: String?) -> ThrottleKey {
    ThrottleKey(["code mail", realm, account.uuidString] + [client].compactMap(\.self))
  }

  /// Mails to an address, whoever causes them. Each database counts those that it queues: signups are counted in the
  /// global one, resets in the region of the account.
  static func mail(to address: String) -> ThrottleKey {
    ThrottleKey(["mail", address])
  }

  private init(_ parts: [String]) {
    // No part can hold a NUL of its own but the last.
    hash = SHA256.hash(parts.joined(separator: "\0").utf8)
  }
}

/// A counter as it stands in the database.
struct ThrottleCounter: Sendable, Equatable {
  var events: Int
  /// The time since the last event.
  var age: Duration
  /// The time until the counter is forgotten.
  var endsIn: Duration
}

extension ThrottleCounter {
  fileprivate init(_ row: FindThrottle.Row) {
    self.init(
      events: Int(row.events),
      age: .milliseconds(row.sinceLastMs),
      endsIn: .milliseconds(row.endsInMs)
    )
  }
}

/// How a counter counts an event.
struct ThrottleRule: Sendable, Equatable {
  /// The life of the counter, from its first event.
  var window: Duration
  /// The event from which on each one moves the end to `lengthened` from now.
  var lengtheningFrom: Int
  /// The life of the counter from an event that moves the end.
  var lengthened: Duration
  /// The most events that are counted.
  var mostEvents: Int
}

extension ThrottleTables {
  static func find(_ executor: some PostgresExecutor, _ key: ThrottleKey) async throws -> ThrottleCounter? {
    try await findThrottle(executor, throttleKey: key.hash).map(ThrottleCounter.init)
  }

  /// The statement that finds a counter, for a batch; `counter(in:)` reads its result.
  static func find(_ key: ThrottleKey) -> PostgresQuery { findThrottle(throttleKey: key.hash) }

  static func counter(in result: PostgresResult) throws -> ThrottleCounter? {
    result.rowCount == 0 ? nil : ThrottleCounter(try decodeFindThrottle(result[0]))
  }

  /// Counts an event.
  /// - Returns: how many events there are now; nil if there were too many already, and nothing was written.
  static func count(
    _ executor: some PostgresExecutor,
    _ key: ThrottleKey,
    _ rule: ThrottleRule
  ) async throws -> Int? {
    let result = try await executor.execute(count(key, rule))
    return result.rowCount == 0 ? nil : Int(try decodeCountThrottledEvent(result[0]).events)
  }

  /// The statement that counts an event, for a batch: its result is empty if there were too many already.
  static func count(_ key: ThrottleKey, _ rule: ThrottleRule) -> PostgresQuery {
    countThrottledEvent(
      throttleKey: key.hash,
      windowMs: rule.window.milliseconds,
      lengtheningFrom: Int32(clamping: rule.lengtheningFrom),
      lengthenedMs: rule.lengthened.milliseconds,
      mostEvents: Int32(clamping: rule.mostEvents)
    )
  }
}
