import FoundationEssentials
import Subprocess

/// A real SMTP server, aiosmtpd in a process of its own, that keeps what it gets for the test to look at.
public struct SMTPCatcher: Sendable {
  public struct Settings: Encodable, Sendable {
    public enum TLS: String, Encodable, Sendable { case none, offered, implicit }

    public var tls = TLS.none
    /// Required before anything else, when set. (With STARTTLS offered, only after it.)
    public var username: String?
    public var password: String?
    /// What it does wrong in every dialogue.
    public var fault: SMTPFault?
    /// What it does wrong in some.
    public var storm: SMTPStorm?
    /// Tells `acceptance` of each mail rather than `mail`: for many.
    public var isBrief = false
    /// A Maildir that also gets the mails.
    public var maildir: String?
    /// 0 is any free one.
    public var port = 0

    public init() {}
  }

  public struct Timeout: Error {}

  public let port: UInt16
  /// The server's certificate as a PEM file, valid for `localhost`.
  public let certificate: String?
  private let events: Inbox<Event>
  private let command: @Sendable (String) async throws -> Void

  /// The oldest mail to the address that was not taken yet.
  /// - Throws: `Timeout`.
  public func mail(to address: String, within limit: Duration = .seconds(10)) async throws -> CaughtMail {
    let event = await events.take(within: limit) { $0.mail?.recipients.contains(address) == true }
    guard let mail = event?.mail else { throw Timeout() }
    return mail
  }

  /// The oldest mail that was accepted and not taken yet, of a brief server; nil when the time is over.
  public func acceptance(within limit: Duration) async -> AcceptedMail? {
    await events.take(within: limit) { $0.accepted != nil }?.accepted
  }

  /// Answers nobody who begins with a mail for so many seconds, then everybody.
  public func stall(seconds: Double) async throws { try await command("{\"stall\": \(seconds)}\n") }

  /// Refuses every mail for so many seconds, with 421.
  public func refuse(seconds: Double) async throws { try await command("{\"refuse\": \(seconds)}\n") }

  /// Returns when a client waits for a reply that does not come (`SMTPFault.stall`).
  /// - Throws: `Timeout`.
  public func clientHangs(within limit: Duration = .seconds(10)) async throws {
    guard await events.take(within: limit, { $0.hanging == true }) != nil else { throw Timeout() }
  }

  /// Runs a server for the time of the body.
  public static func run<R: Sendable>(
    _ settings: Settings = Settings(),
    _ body: @Sendable (SMTPCatcher) async throws -> R
  ) async throws -> R {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "smtp_catcher.py").path
    let argument = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    let outcome = try await Subprocess.run(
      // Debian's own Python, which has Debian's aiosmtpd, whatever else comes first in the developer's PATH.
      .name("python3"),
      arguments: ["-u", script, argument],
      environment: .inherit.updating(["PATH": "/usr/bin:/bin"]),
      input: .inputWriter,
      output: .sequence,
      error: .currentStandardError
    ) { process in
      let events = Inbox<Event>()
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for try await line in process.standardOutput.strings(bufferingPolicy: .unbounded) {
            await events.add(try JSONDecoder().decode(Event.self, from: Data(line.utf8)))
          }
        }
        let start = await events.take(within: .seconds(20)) { $0.listening != nil }
        guard let start, let port = start.listening else { throw Timeout() }
        let result: R
        do {
          let writer = process.standardInputWriter
          result = try await body(
            SMTPCatcher(port: port, certificate: start.certificate, events: events) {
              _ = try await writer.write(Array($0.utf8))
            }
          )
        } catch {
          try await process.standardInputWriter.finish()
          throw error
        }
        try await process.standardInputWriter.finish()  // the server ends with its input
        try await group.waitForAll()
        return result
      }
    }
    return outcome.closureResult
  }

  /// A line of the server's output: one of these.
  private struct Event: Decodable, Sendable {
    var listening: UInt16?
    var certificate: String?
    var hanging: Bool?
    var mail: CaughtMail?
    var accepted: AcceptedMail?
  }
}
