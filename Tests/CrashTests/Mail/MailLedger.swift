import FoundationEssentials
import TestSupport

/// What the SMTP server took over, and what happened meanwhile; judges whether the one explains the other.
struct MailLedger {
  private struct Incident {
    let what: String
    /// Whether a mail may be accepted and this not be recorded.
    let canCut: Bool
    let begin: Double
    let end: Double
    var duplicates = 0
  }

  /// From the acceptance to the commit, and from a death to its last packet's arrival, with much to spare.
  private static let longestGap = 3.0

  private(set) var byRecipient: [String: [AcceptedMail]] = [:]
  private var incidents: [Incident] = []

  mutating func accepted(_ mail: AcceptedMail) { byRecipient[mail.recipient, default: []].append(mail) }

  mutating func happened(_ what: MailDisturbance, begin: Date, end: Date) {
    incidents.append(
      Incident(
        what: "\(what)",
        canCut: what.canCutBetweenAcceptanceAndCommit,
        begin: begin.timeIntervalSince1970,
        end: end.timeIntervalSince1970
      )
    )
  }

  /// A leader that could not renew its lease in time, as on a machine that is busy with other things, drops what is under way.
  mutating func leadershipWasLost(at time: Date) {
    let time = time.timeIntervalSince1970
    incidents.append(Incident(what: "leadership lost", canCut: true, begin: time, end: time))
  }

  var duplicates: Int { byRecipient.values.reduce(0) { $0 + $1.count - 1 } }

  /// - Parameter lanes: how many mails can be between acceptance and commit at once.
  /// - Returns: what no incident explains, or what differs between twins; empty if all is well.
  func problems(lanes: Int) -> [String] {
    var problems: [String] = []
    var incidents = incidents
    for (recipient, mails) in byRecipient where mails.count > 1 {
      if Set(mails.map(\.messageID)).count > 1 { problems.append("\(recipient): twins with different ids") }
      // Whatever was accepted again later was not recorded the first time.
      for mail in mails.sorted(by: { $0.time < $1.time }).dropLast() {
        let cause = incidents.firstIndex {
          $0.canCut && mail.time > $0.begin - Self.longestGap
            && mail.time < $0.end + Self.longestGap
        }
        guard let cause else {
          problems.append("\(recipient): accepted at \(mail.time) and again, and nothing happened then")
          continue
        }
        incidents[cause].duplicates += 1
      }
    }
    for incident in incidents where incident.duplicates > lanes {
      problems.append("\(incident.what): \(incident.duplicates) duplicates, more than were under way")
    }
    return problems
  }
}
