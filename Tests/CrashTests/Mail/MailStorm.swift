import FoundationEssentials
import TestSupport
import Testing

/// A queue under delivery, and the hands that disturb it and help it on.
struct MailStorm {
  /// Longer than it takes a replica to find out that nobody leads, and much less than a mail's first wait.
  private static let longestSilence = Duration.seconds(25)

  let set: ReplicaSet
  let catcher: SMTPCatcher
  private(set) var ledger = MailLedger()
  private let start = ContinuousClock.now

  init(set: ReplicaSet, catcher: SMTPCatcher) {
    self.set = set
    self.catcher = catcher
  }

  var summary: String {
    "\(ledger.byRecipient.count) mails accepted, \(ledger.duplicates) of them twice, in \(start.duration(to: .now))"
  }

  /// What was done to them and what the workers said of it, in the order of time.
  var story: String {
    let logged = set.replicas.flatMap { replica in
      replica.log.compactMap { line in
        line.message == "mail accepted" || line.message == "mail refused"
          ? nil : "\(line["time"] ?? "") \(line.text)"
      }
    }
    return (ledger.story + logged).sorted().joined(separator: "\n")
  }

  func queue(_ mails: Int, hopeless: Int) async throws {
    for (name, count) in [("never", hopeless), ("mail", mails)] {
      try await set.database.run(
        """
        INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
        SELECT 'hub_tfa', '\(name)-' || n || '@example.com', 'Subject ' || n, 'Text ' || n, '<p>HTML ' || n
        FROM generate_series(1, \(count)) AS n
        """
      )
    }
  }

  /// Returns when so many different mails were accepted.
  mutating func deliver(until count: Int) async throws {
    var lastNews = ContinuousClock.now
    var lastHelp = lastNews
    while ledger.byRecipient.count < count {
      if let mail = await catcher.acceptance(within: .milliseconds(500)) {
        ledger.accepted(mail)
        lastNews = .now
      } else {
        try #require(
          lastNews.duration(to: .now) < Self.longestSilence,
          "\(ledger.byRecipient.count) mails, then silence"
        )
      }
      if lastHelp.duration(to: .now) > .seconds(2) {
        await makeDue()
        lastHelp = .now
      }
    }
  }

  /// The rest of the story: what was accepted twice, and the hopeless ones' last attempts.
  mutating func settle(failed: Int) async throws {
    let limit = ContinuousClock.now + .seconds(40)
    while true {
      while let mail = await catcher.acceptance(within: .milliseconds(200)) { ledger.accepted(mail) }
      let open = try await set.database.count("emails", where: "email_status = 'pending'")
      if open == 0 { break }
      try #require(ContinuousClock.now < limit, "\(open) mails are still pending")
      await makeDue()
    }
    #expect(try await set.database.count("emails", where: "email_status = 'failed'") == failed)
  }

  mutating func happens(_ what: MailDisturbance) async throws {
    let begin = Date()
    switch what {
    case .workerKilled: try await killTheLeader()
    case .databaseKilled:
      try await set.database.server.kill()
      try await set.database.server.restart()
    case .databaseRestarted: try await set.database.server.restart()
    case .serverStalls: catcher.stall(seconds: 2)
    case .serverRefuses: catcher.refuse(seconds: 1)
    }
    ledger.happened(what, begin: begin, end: Date())
  }

  /// And starts it again: it is a replica among others then.
  private func killTheLeader() async throws {
    var leader: StackServer?
    try await eventually(within: .seconds(20), "somebody leads") {
      leader = await set.leader()
      return leader != nil
    }
    try await leader?.process.kill()
    try await leader?.start()
  }

  /// What docs/operate/mail.md tells an operator to do who does not want to wait; without it the waits after
  /// failures, a minute and more each, would be the test's length.
  private func makeDue() async {
    try? await set.database.run(
      """
      DELETE FROM email_delivery_attempts USING emails
        WHERE emails.email_id = email_delivery_attempts.email_id AND email_status = 'failed' AND email_to LIKE 'mail-%';
      UPDATE emails SET email_status = 'pending', next_attempt_at = now()
        WHERE email_status = 'failed' AND email_to LIKE 'mail-%';
      UPDATE emails SET next_attempt_at = now() WHERE email_status = 'pending' AND next_attempt_at > now();
      NOTIFY emails
      """
    )
  }

  /// Where the table does not say what happened: `sent` belongs to exactly the accepted, with one recorded acceptance,
  /// that of the last time, under the id of the row, and without bodies.
  func contradictions() async throws -> [String] {
    let rows = try await set.database.rows(
      """
      SELECT email_to, email_status::text, '<' || email_id || '@vetchium.com>', (email_text_body || email_html_body = '')::text,
        count(a.attempted_at)::text, max(extract(EPOCH FROM a.attempted_at))::text
      FROM emails LEFT JOIN email_delivery_attempts AS a USING (email_id)
      WHERE a.error_message IS NULL OR email_status <> 'sent'
      GROUP BY emails.email_id
      """
    )
    var contradictions: [String] = []
    var sent: Set<String> = []
    for row in rows {
      guard let address = row[0] else { continue }
      let accepted = ledger.byRecipient[address] ?? []
      guard row[1] == "sent" else {
        if !accepted.isEmpty { contradictions.append("\(address) was accepted and is \(row[1] ?? "")") }
        continue
      }
      sent.insert(address)
      guard let last = accepted.map(\.time).max() else {
        contradictions.append("\(address) is sent and was not accepted")
        continue
      }
      if accepted.contains(where: { $0.messageID != row[2] }) {
        contradictions.append("\(address): Message-ID")
      }
      if row[3] != "true" { contradictions.append("\(address) still has its text") }
      if row[4] != "1" { contradictions.append("\(address): \(row[4] ?? "") recorded acceptances") }
      if row[5].flatMap(Double.init).map({ $0 < last - 0.01 }) != false {
        contradictions.append("\(address): recorded before it was accepted for the last time")
      }
    }
    for address in ledger.byRecipient.keys where !sent.contains(address) {
      contradictions.append("\(address) was accepted and is not sent")
    }
    return contradictions
  }
}
