/// What happens while a queue is delivered.
enum MailDisturbance: Sendable, CaseIterable {
  case workerKilled, databaseKilled, databaseRestarted, serverStalls, serverRefuses

  /// Whether a mail may be accepted and this not be recorded.
  var canCutBetweenAcceptanceAndCommit: Bool {
    switch self {
    case .workerKilled, .databaseKilled, .databaseRestarted: true
    case .serverStalls, .serverRefuses: false
    }
  }

  /// Each of them once, the worker's death twice, at moments drawn by the seed: when so many mails were accepted. (Not
  /// after so many seconds, so that slow machines see the same.)
  static func plan(seed: UInt64, mails: Int) -> [(after: Int, what: MailDisturbance)] {
    var random = SeededGenerator(seed: seed)
    let moments = (allCases + [.workerKilled]).map {
      (after: Int.random(in: mails / 50...mails - mails / 50, using: &random), what: $0)
    }
    return moments.sorted { $0.after < $1.after }
  }
}
