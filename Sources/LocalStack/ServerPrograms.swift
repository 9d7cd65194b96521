internal import FoundationEssentials
internal import Glibc

/// The programs of a stack that are not ours: load balancer, DNS server, SMTP server. Each function writes the
/// configuration, from the templates in deploy/local, and returns the words that start the program in the foreground.
package struct ServerPrograms: Sendable {
  private let templates: String

  /// - Parameter project: the source tree.
  package init(project: String) {
    templates = project + "/deploy/local"
  }

  /// The source tree that this file was compiled in, for the tests.
  package static let compiledProject: String = {
    var path = URL(filePath: #filePath)
    for _ in 1...3 { path.deleteLastPathComponent() }
    return path.path
  }()

  /// nginx, which hands requests to the API servers in turn and those for `/admin/` to the global service.
  package func nginx(in directory: String, port: Int, apiServers: [Int], globalService: Int) throws
    -> [String]
  {
    try PrivateFiles.makeDirectory(directory + "/nginx")
    try write(
      "nginx.conf",
      in: directory,
      [
        // Started by root, nginx would give its files to a user who cannot enter the directory.
        "NGINX_USER": getuid() == 0 ? "user root;" : "",
        "RUN_DIR": directory,
        "API_SERVERS": apiServers.map { "    server 127.0.0.1:\($0);" }.joined(separator: "\n"),
        "GLOBAL_PORT": "\(globalService)",
        "PORT": "\(port)",
      ]
    )
    return ["nginx", "-e", "stderr", "-p", directory + "/nginx", "-c", directory + "/nginx.conf"]
  }

  /// Knot DNS, authoritative for `test.`, whose records anybody on this machine may change (RFC 2136). They survive a
  /// restart on the same directory.
  ///
  /// - Parameters:
  ///   - sockets: a directory with a short path.
  ///   - brokenZone: also a zone `broken.` that it cannot load, so that questions about it are answered SERVFAIL.
  package func knot(in directory: String, sockets: String, port: Int, brokenZone: Bool = false) throws
    -> [String]
  {
    try PrivateFiles.makeDirectory(directory + "/dns")
    try PrivateFiles.makeDirectory(sockets)
    try write(
      "knot.conf",
      in: directory,
      [
        "RUN_DIR": directory, "DNS_SOCKET_DIR": sockets, "DNS_PORT": "\(port)",
        "MORE_ZONES": brokenZone ? "  - domain: broken.\n    file: missing.zone" : "",
      ]
    )
    if !FileManager.default.fileExists(atPath: directory + "/dns/test.zone") {
      try write("test.zone", in: directory + "/dns", [:])
    }
    return ["knotd", "--config", directory + "/knot.conf"]
  }

  /// aiosmtpd with the settings that the head of deploy/local/smtp_catcher.py explains. It ends with its standard
  /// input.
  package func smtpCatcher(_ settings: String) -> [String] {
    // Debian's own Python, which has Debian's aiosmtpd.
    ["/usr/bin/python3", "-u", templates + "/smtp_catcher.py", settings]
  }

  /// Writes a template with each @NAME@ replaced by its value.
  func write(_ name: String, in directory: String, _ values: [String: String]) throws(LocalStackFailure) {
    guard var text = try? String(contentsOfFile: templates + "/" + name, encoding: .utf8) else {
      throw LocalStackFailure("\(templates)/\(name) cannot be read")
    }
    for (name, value) in values { text = text.replacing("@\(name)@", with: value) }
    try PrivateFiles.write(text, to: directory + "/" + name)
  }
}
