internal import FoundationEssentials
internal import Glibc

/// Postfix with a queue and a configuration of its own, on loopback ports of its own, which passes mail for
/// `example.com` on to another server. `later@example.com` is told to come back, `full@example.com` that its mailbox is
/// full.
public struct PrivatePostfix: Sendable {
  public struct Failure: Error { let description: String }

  /// Its programs change users.
  public static var canRun: Bool { geteuid() == 0 }

  /// STARTTLS is offered here.
  public let port: Int
  /// TLS from the first byte.
  public let tlsPort: Int
  /// Its own, as a PEM file, for `localhost`.
  public let certificate: String

  /// Runs one for the time of the body.
  /// - Parameter relay: the loopback port that gets the mail.
  public static func run<Result: Sendable>(
    relay: UInt16,
    _ body: @Sendable (PrivatePostfix) async throws -> Result
  ) async throws -> Result {
    let certificate = try await SelfSignedCertificate.make(commonName: "localhost")
    let directory = try PrivateDirectory.make(ownedBy: nil)
    let postfix = PrivatePostfix(
      port: try FreePort.find(),
      tlsPort: try FreePort.find(),
      certificate: certificate.certificate
    )
    try postfix.prepare(directory.path, certificate, relay)
    let process = try await TestProcess.start(
      // Not `postfix start-fg`: its shell would get the signals and keep them to itself. And it opens its output by
      // name, which a pipe can bear and the test process's socket cannot. `-d`: it leads a process group already.
      [
        "bash", "-c",
        #"""
        exec > >(exec cat) 2>&1
        postfix -c "$0" check && exec "$(postconf -h daemon_directory)/master" -d -c "$0"
        """#,
        directory.path + "/etc",
      ],
      name: "postfix",
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
      lastSignal: "TERM"
    )
    guard await process.log.first(within: .seconds(20), where: { $0.text.contains("daemon started") }) != nil
    else {
      throw Failure(description: "Postfix does not start:\n\(process.log.tail)")
    }
    do {
      let result = try await body(postfix)
      try await process.terminate()
      return result
    } catch {
      try? await process.terminate()
      throw Failure(description: "\(error)\n\(process.log.tail)")
    }
  }

  private func prepare(_ directory: String, _ certificate: SelfSignedCertificate, _ relay: UInt16) throws {
    // Its users look for their sockets below it.
    guard chmod(directory, 0o755) == 0 else { throw Failure(description: "chmod: \(errno)") }
    for name in ["etc", "queue", "data"] {
      guard mkdir("\(directory)/\(name)", 0o755) == 0 else { throw Failure(description: "mkdir: \(errno)") }
    }
    guard let user = getpwnam("postfix") else { throw Failure(description: "there is no user postfix") }
    guard chown("\(directory)/data", user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
      throw Failure(description: "chown: \(errno)")
    }
    let main = """
      compatibility_level = 3.6
      queue_directory = \(directory)/queue
      data_directory = \(directory)/data
      maillog_file = /dev/stdout
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      myhostname = mx.example.net
      mydestination =
      relay_domains = example.com
      relayhost = [127.0.0.1]:\(relay)
      smtpd_helo_required = yes
      smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
      smtpd_relay_restrictions = permit_auth_destination, reject
      smtpd_recipient_restrictions = check_recipient_access inline:{
        {later@example.com = 450 4.2.1 Come back later}, {full@example.com = 552 5.2.2 Mailbox full}}
      smtpd_tls_cert_file = \(certificate.certificate)
      smtpd_tls_key_file = \(certificate.key)
      smtpd_tls_security_level = may
      smtpd_tls_received_header = yes
      disable_dns_lookups = yes
      smtputf8_enable = no
      alias_maps =
      alias_database =
      local_recipient_maps =
      """
    let services = """
      127.0.0.1:\(port) inet n - n - - smtpd
      127.0.0.1:\(tlsPort) inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      tlsmgr unix - - n 1000? 1 tlsmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      smtp unix - - n - - smtp
      relay unix - - n - - smtp
      error unix - - n - - error
      retry unix - - n - - error
      anvil unix - - n - 1 anvil
      scache unix - - n - 1 scache
      proxymap unix - - n - - proxymap
      postlog unix-dgram n - n - 1 postlogd
      """
    for (name, text) in [("main.cf", main), ("master.cf", services)] {
      try (text + "\n").write(toFile: "\(directory)/etc/\(name)", atomically: false, encoding: .utf8)
    }
  }
}
