internal import FoundationEssentials
internal import LocalStack

/// A real SMTP server, aiosmtpd in a process of its own, that keeps what it gets for the test to look at.
public struct SMTPCatcher: Sendable {
  public struct Settings: Encodable, Sendable {
    public enum TLS: String, Encodable, Sendable { case none, offered, implicit }

    public var tls = TLS.none
    /// Required before anything else, when set. (With STARTTLS offered, only after it.)
    public var username: String?
    public var password: String?
    /// A fault of every dialogue.
    public var fault: SMTPFault?
    /// Faults of the first mails in the order of their recipients' announcement, `.none` for one without; after them
    /// come those of `storm`.
    public var firsts: [SMTPFault]?
    /// Faults of some dialogues.
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
  private let process: ChildProcess

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
  public func stall(seconds: Double) { process.write("{\"stall\": \(seconds)}\n") }

  /// Refuses every mail for so many seconds, with 421.
  public func refuse(seconds: Double) { process.write("{\"refuse\": \(seconds)}\n") }

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
    let argument = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    let words = ServerPrograms(project: ServerPrograms.compiledProject).smtpCatcher(argument)
    var options = ChildProcess.Options()
    options.hasInput = true
    let (output, arrivals) = AsyncStream<[UInt8]>.makeStream()
    let process = try await ChildProcess.start(words, name: "smtp-catcher", options: options) {
      arrivals.yield(Array($0))
    }
    let events = Inbox<Event>()
    let reader = Task { await read(output, into: events) }
    let ended = Task {
      _ = await process.waitForEnd()
      arrivals.finish()
    }
    let result: Result<R, any Error>
    do {
      let start = await events.take(within: .seconds(20)) { $0.listening != nil }
      guard let start, let port = start.listening else { throw Timeout() }
      let catcher = SMTPCatcher(port: port, certificate: start.certificate, events: events, process: process)
      result = .success(try await body(catcher))
    } catch {
      result = .failure(error)
    }
    process.closeInput()  // the server ends with its input
    await ended.value
    await reader.value
    return try result.get()
  }

  /// Reads lines of JSON; others are errors of the program, which the test's output shows.
  private static func read(_ output: AsyncStream<[UInt8]>, into events: Inbox<Event>) async {
    var unfinished: [UInt8] = []
    for await bytes in output {
      unfinished += bytes
      var lines = unfinished.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      unfinished = Array(lines.removeLast())
      for line in lines {
        if let event = try? JSONDecoder().decode(Event.self, from: Data(line)) {
          await events.add(event)
        } else {
          print("smtp-catcher: \(String(decoding: line, as: UTF8.self))")
        }
      }
    }
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

/// The fact that an SMTP server took a mail over.
public struct AcceptedMail: Decodable, Sendable {
  public let recipient: String
  public let messageID: String
  /// Seconds since 1970, a moment before the client was told.
  public let time: Double
}

/// A mail as the SMTP server got it, parsed by Python's email package.
public struct CaughtMail: Decodable, Sendable {
  /// The envelope's.
  public let sender: String
  /// The envelope's.
  public let recipients: [String]
  /// The name by which the client introduced itself.
  public let helo: String
  /// The client's TCP port: the same for mails that came over one connection.
  public let clientPort: Int
  public let isEncrypted: Bool
  public let isAuthenticated: Bool
  /// The bytes as they came over the wire, after undoing dot-stuffing.
  public let raw: String
  /// Decoded values by lower-case name.
  public let headers: [String: String]
  /// Content types, outermost first.
  public let parts: [String]
  /// Complaints of the parser.
  public let defects: [String]
  public let text: String?
  public let html: String?
}
