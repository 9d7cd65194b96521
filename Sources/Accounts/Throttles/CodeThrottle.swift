import API
import FoundationEssentials
import PostgresClient
import SharedQueries

/// The limits of wrong codes and of mails with codes, for an account in all its unfinished logins. A pure value.
///
/// Each is counted twice. What one client's network does is limited first, so that a guesser who is alone soon holds up
/// nobody but themselves. What all clients do together may be three times as much: it limits whoever guesses from many
/// networks, to some 60 codes on the first day and 24 on each other, and meanwhile the owner may have to wait as well. A code is only guessed at by
/// somebody who knows the password, so the owner's way out of that is a new one: it sets all counters of the account
/// back, and is asked for by a mail that these limits do not count (NIST SP 800-63B-4 §3.2.2 allows 100 failures in a
/// row).
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
      (throttle: limits.mailsOfClient, key: ThrottleKey.codeMail(realm: name, account: account, client: call.client)),
      (throttle: limits.mailsOfAccount, key: ThrottleKey.codeMail(realm: name, account: account, client: nil)),
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
