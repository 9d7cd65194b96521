import API
import FoundationEssentials
import PostgresClient
import SharedQueries
import SystemPrimitives
import Vocabulary

/// The hash under which the database counts something.
struct ThrottleKey: Sendable, Equatable {
  let hash: Data

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

  /// Mails to an address that people cause who are not signed in, whoever they are, in the region of the account.
  static func mail(to address: String) -> ThrottleKey {
    ThrottleKey(["mail", address])
  }

  /// Requests for a mail to an address to which none is sent, since the account that they name is not there or not
  /// active. Counted apart: they cost nobody a mail, and must not use up those that the address's owner may ask for in
  /// another portal.
  static func unsentMail(to address: String) -> ThrottleKey {
    ThrottleKey(["unsent mail", address])
  }

  /// Mails to an address that signed-in people have sent; counted apart from the others, so that nobody can use up the
  /// password resets of an address by inviting it.
  static func sentMail(to address: String) -> ThrottleKey {
    ThrottleKey(["sent mail", address])
  }

  /// Mails that a signed-in account has sent to addresses of its choice.
  static func sentMails(realm: String, account: UUID) -> ThrottleKey {
    ThrottleKey(["sent mails", realm, account.uuidString])
  }

  /// Mails to an address that signups cause. Counted in the global database, which must not tell whose address it is.
  static func signupMail(to address: String, _ hasher: AddressHasher) -> ThrottleKey {
    ThrottleKey(["mail", address], hasher)
  }

  /// Signups that a client's network has begun; in the global database, too.
  static func signups(client: String, _ hasher: AddressHasher) -> ThrottleKey {
    ThrottleKey(["signups", client], hasher)
  }

  private init(_ parts: [String], _ hasher: AddressHasher = .plain) {
    // No part can hold a NUL of its own but the last.
    hash = hasher.digest(parts.joined(separator: "\0"))
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

/// Decides about wrong guesses at a secret of one account: passwords or codes. A pure value.
///
/// Below the limit every guess is judged. From the limit on, each wrong one is followed by a pause in which nothing is
/// judged, not even the right secret: 1, 2, 4, 8 … minutes, up to the longest pause. A counter is forgotten one window
/// after it began, or after the longest pause and a window without a guess; a right guess deletes it at once.
///
/// Guesses that run in parallel are judged in the order in which they are counted: those beyond the limit are answered
/// like guesses in a pause, whether or not they were right, so no more can be learned from many at once than from one
/// after the other. Logins that succeed in parallel never disturb each other.
struct GuessThrottle: Sendable, Equatable {
  static let shortestPause = Duration.seconds(60)

  /// Wrong guesses in a window before the first pause; 0 switches the throttle off.
  let maxFailures: Int
  var window = Duration.seconds(15 * 60)
  var longestPause = Duration.seconds(15 * 60)

  var isOff: Bool { maxFailures == 0 }

  /// How long nothing is judged after the wrong guess of this number.
  func pause(after failures: Int) -> Duration {
    guard !isOff, failures >= maxFailures else { return .zero }
    // Twenty doublings are two years, beyond every longest pause.
    return min(longestPause, Self.shortestPause * (1 << min(failures - maxFailures, 20)))
  }

  /// The rest of a pause; nil if a guess may be judged.
  func remainingPause(_ counter: ThrottleCounter?) -> Duration? {
    guard let counter else { return nil }
    // The last event can be later than the beginning of the transaction that looks: it waited for its turn.
    let left = pause(after: counter.events) - max(counter.age, .zero)
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
    let lengthened = longestPause + window
    return ThrottleRule(
      // A window that begins with a pause must last beyond it.
      window: maxFailures == 1 ? lengthened : window,
      lengtheningFrom: maxFailures,
      lengthened: lengthened,
      mostEvents: .max
    )
  }
}

/// One attempt at a password, from its admission to its outcome: carries out what `GuessThrottle` decides.
struct ThrottledAttempt: Sendable {
  private let throttle: GuessThrottle
  private let key: ThrottleKey
  private let database: AccountDatabase
  /// How many wrong ones had been counted when this one began.
  private let seen: Int

  /// - Throws: 429 during a pause: nothing is judged, nothing counted, nothing written.
  init(_ throttle: GuessThrottle, _ key: ThrottleKey, _ database: AccountDatabase) async throws {
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

/// The limits of wrong codes and of mails with codes, for an account in all its unfinished logins. A pure value.
///
/// Each is counted twice. What one client's network does is limited first, so that a guesser who is alone soon holds up
/// nobody but themselves. What all clients do together may be three times as much: it limits whoever guesses from many
/// networks, to some 60 codes on the first day and 24 on each other, and meanwhile the owner may have to wait as well.
/// A code is only guessed at by somebody who knows the password, so the owner's way out of that is a new one: it sets
/// all counters of the account back, and is asked for by a mail that these limits do not count (NIST SP 800-63B-4
/// §3.2.2 allows 100 failures in a row).
struct CodeThrottle: Sendable, Equatable {
  /// How many times as much all clients together may do as one.
  static let clients = 3

  let ofClient: GuessThrottle
  let ofAccount: GuessThrottle
  let mailsOfClient: MailThrottle
  let mailsOfAccount: MailThrottle

  /// - Parameters:
  ///   - maxFailures: wrong codes of a client in 15 minutes before the first pause; 0 switches their limits off
  ///   - maxMails: mails of a client an hour; 0 switches their limits off
  init(maxFailures: Int, maxMails: Int) {
    ofClient = GuessThrottle(maxFailures: maxFailures)
    ofAccount = GuessThrottle(
      maxFailures: maxFailures * Self.clients,
      window: .seconds(86_400),
      longestPause: .seconds(3600)
    )
    mailsOfClient = MailThrottle(maxMails: maxMails)
    mailsOfAccount = MailThrottle(maxMails: maxMails * Self.clients)
  }
}

/// The codes of one account as one client asks for them and enters them: carries out what `CodeThrottle` decides.
///
/// Used while the account is locked, so nothing is counted twice or passed over, however many guess at once.
struct ThrottledCodes: Sendable {
  private let tables: any ThrottleTables.Type
  private let guesses: [(throttle: GuessThrottle, key: ThrottleKey)]
  private let mails: [(throttle: MailThrottle, key: ThrottleKey)]

  init(of account: UUID, _ call: AccountCall, in realm: AccountRealm) {
    tables = realm.database.throttles
    let (limits, name) = (realm.throttles.code, realm.name)
    guesses = [
      (throttle: limits.ofClient, key: ThrottleKey.code(realm: name, account: account, client: call.client)),
      (throttle: limits.ofAccount, key: ThrottleKey.code(realm: name, account: account, client: nil)),
    ].filter { !$0.throttle.isOff }
    mails = [
      (
        throttle: limits.mailsOfClient,
        key: ThrottleKey.codeMail(realm: name, account: account, client: call.client)
      ),
      (
        throttle: limits.mailsOfAccount, key: ThrottleKey.codeMail(realm: name, account: account, client: nil)
      ),
    ].filter { !$0.throttle.isOff }
  }

  /// - Throws: 429 during a pause: nothing is judged, nothing counted.
  func checkPause(_ transaction: PostgresTransaction) async throws {
    guard !guesses.isEmpty else { return }
    let results = try await transaction.executeAll(guesses.map { tables.find($0.key) })
    let pauses = try zip(guesses, results).compactMap { guess, result in
      guess.throttle.remainingPause(try tables.counter(in: result))
    }
    if let pause = pauses.max() { throw Problem.tooManyRequests(pause) }
  }

  /// The statements that count a wrong code.
  var failure: [PostgresQuery] { guesses.map { tables.count($0.key, $0.throttle.rule) } }

  /// Counts a mail with a code.
  /// - Throws: 429 if it must not be sent.
  func admitMail(_ transaction: PostgresTransaction) async throws {
    for mail in mails { try await mail.throttle.admit(mail.key, tables, transaction) }
  }

  /// The statements by which a right code, or a new password, sets the counters back.
  var reset: [PostgresQuery] {
    (guesses.map(\.key) + mails.map(\.key)).map { tables.deleteThrottle(throttleKey: $0.hash) }
  }
}
