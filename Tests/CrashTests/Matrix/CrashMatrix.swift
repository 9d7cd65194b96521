import FoundationEssentials

/// Saga × point × fault → outcome, as a table.
struct CrashMatrix {
  private var rows: [(scenario: String, point: String)] = []
  private var cells: [String: String] = [:]

  var count: Int { cells.count }

  mutating func addRows(_ scenario: String, _ points: [String]) {
    rows += points.map { (scenario, $0) }
  }

  mutating func add(_ scenario: String, _ point: String, _ fault: CrashFault, _ outcome: String) {
    cells[Self.key(scenario, point, fault)] = outcome
  }

  private static func key(_ scenario: String, _ point: String, _ fault: CrashFault) -> String {
    "\(scenario)|\(point)|\(fault.rawValue)"
  }

  var markdown: String {
    var text = ""
    var last = ""
    for row in rows {
      if row.scenario != last {
        text +=
          "\n## \(row.scenario)\n\n| point | \(CrashFault.allCases.map(\.rawValue).joined(separator: " | ")) |\n"
        text += "|---|\(CrashFault.allCases.map { _ in "---|" }.joined())\n"
        last = row.scenario
      }
      let outcomes = CrashFault.allCases.map { cells[Self.key(row.scenario, row.point, $0)] ?? "–" }
      // The saga's kind stands in the heading.
      let point = row.point.split(separator: ".").dropFirst().joined(separator: ".")
      text += "| `\(point)` | \(outcomes.joined(separator: " | ")) |\n"
    }
    return text
  }

  /// The page in the documentation.
  var page: String {
    """
    # Crash matrix

    Written by `make test-crash`; do not edit. Real processes: one request per row stands still at its point, then the column's \
    fault happens to the API server of its home region or to that server's databases, and the worker recovers. Points are \
    named `step.moment`: before the step, before its n-th statement, before its COMMIT, after it.

    *complete*: both databases have it; the person logs in (a changed address: with the new one only, and old sessions and \
    the link are dead). *undone*: neither has it; the same link has worked since (a changed address: the old one logged in \
    until then). After each column nothing was left in the journals within 30 seconds, and `vetchium audit` found nothing. In the \
    last column the same request comes a second time, through another region's server, while the first stands. \(count) cases.

    All rows of a column stand still together. So some stand for seconds, and PostgreSQL ends a transaction of a saga that idles \
    for three: their outcome may be that of both.
    \(markdown)
    """
  }
}
