import FoundationEssentials
import TestSupport
import Testing

/// Ten thousand mails, two workers, and everything that can happen to workers, database and SMTP server meanwhile.
///
/// `VETCHIUM_MAIL_SEED=n` draws other moments and faults; a failure names its seed.
@Suite(.serialized) struct MailStormTests {
  static let mails = 10_000
  /// They can never be delivered.
  static let hopeless = 20
  static let seed = ProcessInfo.processInfo.environment["VETCHIUM_MAIL_SEED"].flatMap(UInt64.init) ?? 6
  /// Mails under way at once.
  static let lanes = 8

  @Test(.timeLimit(.minutes(5))) func noMailIsLostAndNoneIsSentTwiceWithoutACause() async throws {
    var server = SMTPCatcher.Settings()
    server.isBrief = true
    server.storm = SMTPStorm(
      seed: Self.seed,
      faults: [
        .reply("451 4.3.0 Try again", at: .recipient).inShare(0.01),
        .reply("554 5.6.0 I do not like it", at: .message).inShare(0.01),
        .drop(at: .message).inShare(0.01),
        .stall(seconds: 1, at: .message).inShare(0.001),
      ]
    )
    try await SMTPCatcher.run(server) { catcher in
      let set = try await ReplicaSet.make(.region("ind1"), count: 2, smtpPort: catcher.port)
      try await set.whileRunning {
        var storm = MailStorm(set: set, catcher: catcher)
        try await storm.queue(Self.mails, hopeless: Self.hopeless)
        for (after, what) in MailDisturbance.plan(seed: Self.seed, mails: Self.mails) {
          try await storm.deliver(until: after)
          try await storm.happens(what)
        }
        try await storm.deliver(until: Self.mails)
        try await storm.settle(failed: Self.hopeless)
        #expect(storm.ledger.problems(lanes: Self.lanes) == [], "seed \(Self.seed)\n\(storm.story)")
        #expect(try await storm.contradictions() == [], "seed \(Self.seed)")
        print("mail storm: \(storm.summary), seed \(Self.seed)")
      }
    }
  }
}
