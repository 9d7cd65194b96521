import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A local stack in a directory and on ports of its own, beside whatever else runs on the machine.
struct LocalStack {
  /// A started one.
  struct Running {
    let process: TestProcess
    /// stack.json
    let description: JSON

    var regions: Set<String> { description["regional_api"].names }

    /// The first capture in the text of a mail to somebody, waiting for the mail if need be.
    func mail(to address: String, holding pattern: Regex<(Substring, Substring)>) async throws -> String? {
      let directory = try #require(description["mail"]["maildir"].string) + "/new/"
      var found: String?
      try await eventually(within: .seconds(20), "the mail to \(address)") {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
          let mail = try String(contentsOfFile: directory + name, encoding: .utf8)
          guard mail.contains("To: \(address)") else { continue }
          found = Self.text(of: mail).firstMatch(of: pattern).map { String($0.1) }
          if found != nil { return true }
        }
        return false
      }
      return found
    }

    /// The plain text of a `multipart/alternative` mail in quoted-printable (RFC 2045 §6.7), as far as ASCII goes.
    private static func text(of mail: String) -> String {
      let lines = mail.replacing("\r\n", with: "\n")
      guard let part = lines.firstRange(of: "Content-Type: text/plain"),
        let blank = lines[part.upperBound...].firstRange(of: "\n\n")
      else { return "" }
      let end = lines[blank.upperBound...].firstRange(of: "\n--")?.lowerBound ?? lines.endIndex
      return String(lines[blank.upperBound..<end]).replacing("=\n", with: "").replacing("=3D", with: "=")
    }
  }

  private static let firstPorts = [8080, 8081, 8082, 8083, 8084, 8085, 8086, 8090, 5440, 1025, 5300]
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  let directory: String
  private let offset: Int

  init() throws {
    Self.sweep()
    directory = "/tmp/vetchium-local-\(getpid())-\(UInt32.random(in: .min ... .max))"
    // PostgreSQL runs as a user of its own and must get in.
    try FileManager.default.createDirectory(
      atPath: directory,
      withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o755]
    )
    offset = try #require(
      (0..<100).lazy.map { _ in Int.random(in: 12_000..<23_000) }.first { offset in
        Self.firstPorts.allSatisfy { FreePort.isFree($0 + offset) }
      }
    )
  }

  /// Removes what test processes that were killed have left.
  private static func sweep() {
    let prefix = "vetchium-local-"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
    where name.hasPrefix(prefix) {
      guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }),
        kill(owner, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(atPath: "/tmp/" + name)
    }
  }

  func start() async throws -> Running {
    let process = try await startProcess()
    let ready = await process.log.first(within: .seconds(90)) { $0.text.contains("is ready at") }
    try #require(ready != nil, "\(process.log.tail)")
    return Running(process: process, description: try description())
  }

  /// stack.json
  func description() throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: Data(contentsOf: URL(filePath: directory + "/stack.json")))
  }

  /// Whether a second start on the same data says so and ends.
  func isRefusedAsSecond() async throws -> Bool {
    let process = try await startProcess()
    let end = try await process.waitForEnd(within: .seconds(60))
    return end == .exit(1) && process.log.tail.contains("error: a stack is running in \(directory)")
  }

  /// Starts it in a pipeline whose end is the other command, in one process group, as a terminal would. Its output is
  /// that command's.
  func startPipeline(into reader: String) async throws -> TestProcess {
    let process = try await startProcess(["bash", "-c", "scripts/run 2>&1 | \(reader)"])
    try await eventually(within: .seconds(90), "the stack is ready") {
      FileManager.default.fileExists(atPath: directory + "/stack.json")
    }
    return process
  }

  private func startProcess(_ words: [String] = ["scripts/run"]) async throws -> TestProcess {
    try await TestProcess.start(
      words,
      name: "local-stack",
      environment: [
        "VETCHIUM_RUN_DIR": directory, "VETCHIUM_PORT_OFFSET": "\(offset)",
        "VETCHIUM_BINARIES": Programs.directory,
        "HOME": directory, "LANG": "C.UTF-8",
      ],
      directory: Self.root,
      lastSignal: "TERM"
    )
  }

  /// Command lines of processes that still know the stack's directory from their environment or arguments.
  var remainingProcesses: [String] { processes.map(\.command) }

  /// The processes of one of the stack's programs.
  func processIDs(of program: String) -> [pid_t] {
    processes.filter { $0.command.contains("/" + program) }.map(\.id)
  }

  private var processes: [(id: pid_t, command: String)] {
    let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return ids.compactMap { Int32($0) }.filter { $0 != getpid() }.compactMap { id in
      let files = ["environ", "cmdline"].map {
        (try? Data(contentsOf: URL(filePath: "/proc/\(id)/\($0)"))) ?? Data()
      }
      let texts = files.map { String(decoding: $0, as: UTF8.self).replacing("\0", with: " ") }
      return texts.contains { $0.contains(directory) } ? (id, texts[1]) : nil
    }
  }

  var takenPorts: [Int] { Self.firstPorts.map { $0 + offset }.filter { !FreePort.isFree($0) } }

  func forget() { try? FileManager.default.removeItem(atPath: directory) }
}
