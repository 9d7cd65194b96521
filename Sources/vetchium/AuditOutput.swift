import ConsistencyAudit
import FoundationEssentials
import Glibc

/// What an audit prints: findings at once, on standard output; on a terminal also how far it is, on standard error.
final class AuditOutput {
  private let isJSON: Bool
  private let encoder: JSONEncoder
  private let showsProgress = isatty(STDERR_FILENO) == 1
  private var progressWidth = 0
  private var isFirst = true
  private var compared: [String: Int] = [:]
  private var repaired = 0
  /// Findings that are still there.
  private(set) var remaining = 0

  init(isJSON: Bool) {
    self.isJSON = isJSON
    encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    if isJSON { print(#"{"findings":["#, terminator: "") }
  }

  func add(_ finding: AuditFinding) {
    clearProgress()
    if finding.isRepaired { repaired += 1 } else { remaining += 1 }
    guard isJSON else {
      let state = finding.isRepaired ? "repaired" : "found"
      return print(
        "\(state)  \(finding.region)  \(finding.problem.rawValue)  \(finding.entity)  \(finding.id)"
      )
    }
    guard let object = try? encoder.encode(finding) else { return }
    print(isFirst ? "" : ",", terminator: "\n")
    print(String(decoding: object, as: UTF8.self), terminator: "")
    isFirst = false
  }

  /// How many entities of a region were compared.
  func add(_ count: Int, of region: String) { compared[region, default: 0] += count }

  func show(_ region: String, _ entity: String, _ count: Int) {
    guard showsProgress else { return }
    write("\r\(region)  \(entity)  \(count)", width: progressWidth)
  }

  func clearProgress() {
    guard showsProgress, progressWidth > 0 else { return }
    write("\r", width: progressWidth)
    write("\r", width: 0)
  }

  func finish() {
    clearProgress()
    let counts = compared.sorted { $0.key < $1.key }
    if isJSON {
      let members = counts.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
      print("],\"compared\":{\(members)},\"repaired\":\(repaired),\"remaining\":\(remaining)}")
    } else {
      let words = counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      print("compared: \(words); repaired: \(repaired); remaining: \(remaining)")
    }
  }

  /// Over what was there before.
  private func write(_ text: String, width: Int) {
    progressWidth = text.utf8.count
    let padding = String(repeating: " ", count: max(0, width - text.utf8.count))
    let bytes = Array((text + padding).utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}
