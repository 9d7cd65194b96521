internal import FoundationEssentials
internal import Glibc

/// The directory in which a local stack keeps its data, and its ports.
///
/// Everything can be moved by environment variables, so that a second stack runs beside the first:
/// `VETCHIUM_PORT_OFFSET=1000` moves all ports, and the data to `.run-1000`.
package struct LocalStackSettings: Sendable {
  package static let regions = ["ind1", "usa1", "deu1"]
  package static let approvedByDefault = "example.com example.org"

  /// A port and the variable that moves it, for the check before the start.
  package struct Port: Sendable {
    package let number: Int
    let variable: String
    let owner: String
    var isUDP = false
  }

  /// The source tree, which has the templates in deploy/local.
  let project: String
  /// The directory of the services' programs and of `vetchium`.
  package let binaries: String
  /// Data, logs, generated configuration; absolute.
  package let runDirectory: String
  /// The load balancer's.
  package let port: Int
  /// The API servers' ports follow each other, and so do the workers', in the order of the regions.
  package let firstAPIPort: Int
  package let firstWorkerPort: Int
  package let globalPort: Int
  package let postgresPort: Int
  package let smtpPort: Int
  package let dnsPort: Int
  /// Sign-up needs an approved domain, and none is seeded: people of these may sign up at once.
  package let approvedDomains: [String]

  /// - Parameters:
  ///   - environment: the variables `VETCHIUM_…`.
  ///   - project: the source tree; relative directories are meant in it.
  ///   - binaries: used unless `VETCHIUM_BINARIES` names another directory.
  package init(environment: [String: String], project: String, binaries: String) throws(LocalStackFailure) {
    func number(_ name: String, _ fallback: Int) throws(LocalStackFailure) -> Int {
      guard let text = environment[name], !text.isEmpty else { return fallback }
      guard let value = Int(text), (0...65_535).contains(value) else {
        throw LocalStackFailure("\(name) is '\(text)'; expected a number up to 65535")
      }
      return value
    }
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : project + "/" + path }

    self.project = project
    self.binaries = absolute(environment["VETCHIUM_BINARIES"].flatMap { $0.isEmpty ? nil : $0 } ?? binaries)
    let offset = try number("VETCHIUM_PORT_OFFSET", 0)
    let directory = environment["VETCHIUM_RUN_DIR"].flatMap { $0.isEmpty ? nil : $0 }
    runDirectory = absolute(directory ?? (offset == 0 ? ".run" : ".run-\(offset)"))
    // The configuration files are written without quoting rules of their own.
    guard runDirectory.wholeMatch(of: /[A-Za-z0-9\/._+@-]+/) != nil else {
      throw LocalStackFailure(
        "the data directory '\(runDirectory)' has a space or special character in its name",
        "choose another one: VETCHIUM_RUN_DIR=/var/tmp/vetchium make run"
      )
    }
    port = try number("VETCHIUM_PORT", 8080 + offset)
    firstAPIPort = try number("VETCHIUM_API_PORT", 8081 + offset)
    firstWorkerPort = try number("VETCHIUM_WORKER_PORT", 8084 + offset)
    globalPort = try number("VETCHIUM_GLOBAL_PORT", 8090 + offset)
    postgresPort = try number("VETCHIUM_POSTGRES_PORT", 5440 + offset)
    smtpPort = try number("VETCHIUM_SMTP_PORT", 1025 + offset)
    dnsPort = try number("VETCHIUM_DNS_PORT", 5300 + offset)
    approvedDomains = (environment["VETCHIUM_DEMO_DOMAINS"] ?? Self.approvedByDefault)
      .split(separator: " ").map(String.init)
  }

  package var baseURL: String { "http://127.0.0.1:\(port)" }
  package var maildir: String { runDirectory + "/mail" }
  package var descriptionFile: String { runDirectory + "/stack.json" }
  package var logDirectory: String { runDirectory + "/logs" }

  package func apiPort(_ region: String) -> Int { firstAPIPort + index(of: region) }
  package func workerPort(_ region: String) -> Int { firstWorkerPort + index(of: region) }

  private func index(of region: String) -> Int { Self.regions.firstIndex(of: region) ?? 0 }

  /// Every port of the stack.
  package var ports: [Port] {
    [
      Port(number: port, variable: "VETCHIUM_PORT", owner: "load balancer"),
      Port(number: globalPort, variable: "VETCHIUM_GLOBAL_PORT", owner: "global service"),
      Port(number: postgresPort, variable: "VETCHIUM_POSTGRES_PORT", owner: "PostgreSQL"),
      Port(number: smtpPort, variable: "VETCHIUM_SMTP_PORT", owner: "SMTP catcher"),
      Port(number: dnsPort, variable: "VETCHIUM_DNS_PORT", owner: "DNS server", isUDP: true),
    ]
      + Self.regions.flatMap { region in
        [
          Port(number: apiPort(region), variable: "VETCHIUM_API_PORT", owner: "API server of \(region)"),
          Port(number: workerPort(region), variable: "VETCHIUM_WORKER_PORT", owner: "worker of \(region)"),
        ]
      }
  }

  /// The directory of Unix sockets, whose paths may not exceed 107 bytes, as the run directory's may. Each server has a
  /// directory of its own in it, because each runs as a user of its own.
  package var socketDirectory: String {
    let inside = runDirectory + "/sockets"
    if inside.utf8.count <= 80 { return inside }
    // FNV-1a; the directory's owner is checked before it is used.
    let hash = runDirectory.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return "/tmp/vetchium-\(String(hash, radix: 16))"
  }
}

/// Something that keeps the local stack from running, in words for the person at the terminal.
package struct LocalStackFailure: Error, CustomStringConvertible {
  package let message: String
  /// Lines that say more, or what to do.
  package let advice: [String]

  package init(_ message: String, _ advice: String...) {
    self.message = message
    self.advice = advice
  }

  package var description: String {
    ([message] + advice.flatMap { $0.split(separator: "\n") }.map { "       \($0)" }).joined(separator: "\n")
  }
}
