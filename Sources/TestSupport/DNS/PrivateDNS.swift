internal import LocalStack

/// A real DNS server, Knot DNS, with the local stack's configuration: authoritative for `test.`, whose records a test
/// changes as an owner of a domain would. `broken.` is a zone that it cannot load, so every question about it is
/// answered SERVFAIL.
public final class PrivateDNS: Sendable {
  public static let zone = "test"

  public let port: Int
  private let process: TestProcess
  private let directory: PrivateDirectory

  private static let sharedServer = Task { try await PrivateDNS.start() }

  /// The server of all tests; they use domains of their own.
  public static var shared: PrivateDNS { get async throws { try await sharedServer.value } }

  public struct Failure: Error { let description: String }

  private init(port: Int, process: TestProcess, directory: PrivateDirectory) {
    self.port = port
    self.process = process
    self.directory = directory
  }

  /// Starts a server that no other test uses.
  public static func start() async throws -> PrivateDNS {
    let directory = try PrivateDirectory.make(ownedBy: nil)
    let port = try FreePort.find()
    let words = try ServerPrograms(project: ServerPrograms.compiledProject)
      .knot(in: directory.path, sockets: directory.path + "/sockets", port: port, brokenZone: true)
    let process = try await TestProcess.start(
      words,
      name: "knotd",
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    )
    guard await process.log.first(within: .seconds(20), where: { $0.text.contains("server started") }) != nil
    else {
      throw Failure(description: "knotd does not start:\n\(process.log.tail)")
    }
    return PrivateDNS(port: port, process: process, directory: directory)
  }

  /// The address in the form of the setting `DNS_SERVERS`.
  public var address: String { "127.0.0.1:\(port)" }

  /// A domain of the zone that no other test uses.
  public static func unheardOfDomain(_ label: String = "tenant") -> String {
    "\(label)-\(UInt64.random(in: .min ... .max)).\(zone)"
  }

  /// Sets the TXT records of a name; each is a list of character-strings.
  public func setTXT(_ name: String, _ records: [[String]]) async throws {
    let additions = records.map { strings in
      "update add \(name). 60 TXT \(strings.map { "\"\($0)\"" }.joined(separator: " "))"
    }
    try await update(["update delete \(name). TXT"] + additions)
  }

  public func setTXT(_ name: String, _ records: String...) async throws {
    try await setTXT(name, records.map { [$0] })
  }

  /// Makes a name an alias of another one, instead of what it was (RFC 1034 §3.6.2).
  public func setAlias(_ name: String, to target: String) async throws {
    try await update(["update delete \(name).", "update add \(name). 60 CNAME \(target)."])
  }

  /// Ends the server at once.
  public func kill() async throws { try await process.kill() }

  /// Makes a name exist without a TXT record.
  public func setAddress(_ name: String) async throws {
    try await update(["update add \(name). 60 A 127.0.0.1"])
  }

  private func update(_ lines: [String]) async throws {
    let script = ["server 127.0.0.1 \(port)", "zone \(Self.zone)."] + lines + ["send", ""]
    let input = script.joined(separator: "\n")
    let result = try await ChildProcess.run(["knsupdate"], name: "knsupdate", input: input)
    guard result.end == .exit(0) else { throw Failure(description: "knsupdate: \(result.output)") }
  }
}
