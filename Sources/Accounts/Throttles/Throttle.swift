public import FoundationEssentials
import PostgresClient
public import ServiceRuntime
import SharedQueries
import SystemPrimitives
import Vocabulary

/// The limits of logins and mails.
public struct ThrottleSettings: Sendable {
  public let login: LoginThrottle
  public let mail: MailThrottle

  public init(_ reader: inout SettingsReader) {
    login = LoginThrottle(maxFailures: reader.read(Self.loginMaxFailures))
    mail = MailThrottle(maxMails: reader.read(Self.mailMaxPerRecipient))
  }

  static let loginMaxFailures = Setting(
    "LOGIN_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "wrong passwords per account and client address in 15 minutes before growing pauses; 0 = no limit"
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
    ThrottleKey("login", realm, account, client)
  }

  /// Mails to an address, whoever causes them. Each database counts those that it queues: signups are counted in the
  /// global one, resets in the region of the account.
  static func mail(to address: String) -> ThrottleKey {
    ThrottleKey("mail", address)
  }

  private init(_ parts: String...) {
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
    try await findThrottle(executor, throttleKey: key.hash).map {
      ThrottleCounter(
        events: Int($0.events),
        age: .milliseconds($0.sinceLastMs),
        endsIn: .milliseconds($0.endsInMs)
      )
    }
  }

  /// Counts an event.
  /// - Returns: how many events there are now; nil if there were too many already, and nothing was written.
  static func count(
    _ executor: some PostgresExecutor,
    _ key: ThrottleKey,
    _ rule: ThrottleRule
  ) async throws -> Int? {
    try await countThrottledEvent(
      executor,
      throttleKey: key.hash,
      windowMs: rule.window.milliseconds,
      lengtheningFrom: Int32(clamping: rule.lengtheningFrom),
      lengthenedMs: rule.lengthened.milliseconds,
      mostEvents: Int32(clamping: rule.mostEvents)
    ).map { Int($0.events) }
  }
}
