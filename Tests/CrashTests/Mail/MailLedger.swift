import FoundationEssentials
import TestSupport

/// What the SMTP server took over, and what happened meanwhile; judges whether the one explains the other.
struct MailLedger {
  private struct Incident {
    let what: MailDisturbance
    let begin: Double
    let end: Double
    var duplicates = 0
  }

  /// From a death to the acceptance of what was sent before, by a server that has others to answer; with much to spare.
  private static let longestEcho = 5.0

  private(set) var byRecipient: [String: [AcceptedMail]] = [:]
  private var incidents: [Incident] = []

  mutating func accepted(_ mail: AcceptedMail) { byRecipient[mail.recipient, default: []].append(mail) }

  mutating func happened(_ what: MailDisturbance, begin: Date, end: Date) {
    incidents.append(Incident(what: what, begin: begin.timeIntervalSince1970, end: end.timeIntervalSince1970))
  }

  /// What happened and when, for whoever has to find out why.
  var story: [String] {
    incidents.map { incident in
      let times = [incident.begin, incident.end].map {
        "\(Date(timeIntervalSince1970: $0).ISO8601Format(.moments))"
      }
      return "\(times[0]) \(incident.what), over at \(times[1])"
    }
  }

  var duplicates: Int { byRecipient.values.reduce(0) { $0 + $1.count - 1 } }

  /// - Parameter lanes: how many mails can be between acceptance and commit at once.
  /// - Returns: what no incident explains, or what differs between twins; empty if all is well.
  func problems(lanes: Int) -> [String] {
    var problems: [String] = []
    var incidents = incidents
    for (recipient, mails) in byRecipient where mails.count > 1 {
      if Set(mails.map(\.messageID)).count > 1 { problems.append("\(recipient): twins with different ids") }
      // Whatever was accepted again later was not recorded the first time: something happened between the two.
      let mails = mails.sorted { $0.time < $1.time }
      for (mail, twin) in zip(mails, mails.dropFirst()) {
        let cause = incidents.firstIndex {
          $0.what.canCutBetweenAcceptanceAndCommit && mail.time < $0.end + Self.longestEcho
            && twin.time > $0.begin
        }
        guard let cause else {
          let time = Date(timeIntervalSince1970: mail.time).ISO8601Format(.moments)
          problems.append("\(recipient): accepted at \(time) and again, and nothing happened then")
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

extension Date.ISO8601FormatStyle {
  /// As logs write them.
  static var moments: Self { Self(includingFractionalSeconds: true) }
}
