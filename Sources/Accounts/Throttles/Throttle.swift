import API
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

/// Decides about wrong passwords for one account from one client's network. A pure value.
///
/// Below the limit every guess is judged. From the limit on, each wrong one is followed by a pause in which nothing is
/// judged, not even the right password: 1, 2, 4, 8, 15, 15 … minutes. A counter is forgotten 15 minutes after it began,
/// or after the longest pause and 15 minutes without a guess; a right password deletes it at once.
///
/// Guesses that run in parallel are judged in the order in which they are counted: those beyond the limit are answered
/// like guesses in a pause, whether or not they were right, so no more can be learned from many at once than from one
/// after the other. Logins that succeed in parallel never disturb each other.
public struct LoginThrottle: Sendable, Equatable {
  static let window = Duration.seconds(15 * 60)
  static let shortestPause = Duration.seconds(60)
  static let longestPause = Duration.seconds(15 * 60)

  /// Wrong passwords in a window before the first pause; 0 switches the throttle off.
  let maxFailures: Int

  public init(maxFailures: Int) {
    self.maxFailures = maxFailures
  }

  var isOff: Bool { maxFailures == 0 }

  /// How long nothing is judged after the wrong password of this number.
  func pause(after failures: Int) -> Duration {
    guard !isOff, failures >= maxFailures else { return .zero }
    // Four doublings reach the longest pause.
    return min(Self.longestPause, Self.shortestPause * (1 << min(failures - maxFailures, 4)))
  }

  /// The rest of a pause; nil if a guess may be judged.
  func remainingPause(_ counter: ThrottleCounter?) -> Duration? {
    guard let counter else { return nil }
    let left = pause(after: counter.events) - counter.age
    return left > .zero ? left : nil
  }

  /// Decides whether a wrong guess is told that it was wrong.
  /// - Parameters:
  ///   - number: the guess's own, counted when it turned out wrong
  ///   - seen: how many had been counted when it began
  func isTold(number: Int, seen: Int) -> Bool {
    // After a pause it is only the first of those that waited for its end.
    isOff || number <= maxFailures || number == seen + 1
  }

  var rule: ThrottleRule {
    let lengthened = Self.longestPause + Self.window
    return ThrottleRule(
      // A window that begins with a pause must last beyond it.
      window: maxFailures == 1 ? lengthened : Self.window,
      lengtheningFrom: maxFailures,
      lengthened: lengthened,
      mostEvents: .max
    )
  }
}

/// One attempt at a password, from its admission to its outcome: carries out what `LoginThrottle` decides.
struct ThrottledAttempt: Sendable {
  private let throttle: LoginThrottle
  private let key: ThrottleKey
  private let database: AccountDatabase
  /// How many wrong ones had been counted when this one began.
  private let seen: Int

  /// - Throws: 429 during a pause: nothing is judged, nothing counted, nothing written.
  init(_ throttle: LoginThrottle, _ key: ThrottleKey, _ database: AccountDatabase) async throws {
    self.throttle = throttle
    self.key = key
    self.database = database
    let counter = throttle.isOff ? nil : try await database.throttles.find(database.pool, key)
    if let pause = throttle.remainingPause(counter) { throw Problem.tooManyRequests(pause) }
    seen = counter?.events ?? 0
  }

  /// Counts a wrong password.
  /// - Returns: the answer: `problem`, or 429 if too many were wrong while this one was verified.
  func failed(_ problem: Problem) async throws -> Problem {
    guard !throttle.isOff, let number = try await database.throttles.count(database.pool, key, throttle.rule)
    else { return problem }
    guard !throttle.isTold(number: number, seen: seen) else { return problem }
    return .tooManyRequests(throttle.pause(after: number))
  }

  /// The password was right; it counts only if others have not begun a pause while it was verified.
  /// - Throws: 429.
  func succeeded() async throws {
    guard !throttle.isOff else { return }
    if let pause = throttle.remainingPause(try await database.throttles.find(database.pool, key)) {
      throw Problem.tooManyRequests(pause)
    }
  }

  /// The statements that a success adds to its transaction: the counter is deleted.
  var throttleReset: [PostgresQuery] {
    throttle.isOff ? [] : [database.throttles.deleteThrottle(throttleKey: key.hash)]
  }
}
