import Synchronization

/// The state of one mail's dialogue: the bytes to send, the server's refusal, and whether to end it early.
final class SMTPDialogue {
  /// The reply of a server that closes the connection (RFC 5321 §3.8).
  static let closing = 421
  /// The reply that asks for the message.
  private static let asksForMessage = 354

  private let message: [UInt8]
  private let abort: AbortFlag
  private var end: ContinuousClock.Instant
  private var position = 0
  private var phase = SMTPPhase.handingOver
  /// The last reply of the server that refused something; nil if it refused nothing.
  private(set) var refusal: (code: Int, text: String)?

  /// - Parameter end: when the dialogue has to be over. libcurl keeps to that by itself, except while it waits for the
  ///   reply to the QUIT after a failure: that would take minutes, and gets two seconds more.
  init(_ message: String, abort: AbortFlag, end: ContinuousClock.Instant) {
    self.message = Array(message.utf8)
    self.abort = abort
    self.end = end + CurlSMTPSession.quitTimeout
  }

  var size: Int { message.count }
  var isAborted: Bool { abort.isRaised(in: phase) }
  var isOverdue: Bool { ContinuousClock.now > end }
  /// True from the moment at which the server may have the whole message.
  var isHandedOver: Bool { position == message.count }

  /// Fills the buffer with the next bytes of the message and returns how many there were; nil ends the dialogue.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    if isAborted { return nil }
    let count = min(buffer.count, message.count - position)
    buffer.copyBytes(from: message[position..<position + count])
    position += count
    return count
  }

  /// Takes note of how many bytes have been written to the connection: more than the message has if dots were stuffed.
  func sent(_ bytes: Int) {
    if bytes >= message.count { phase = .awaitingReply }
  }

  /// Takes note of a line of a reply: three digits, of which 4 and 5 begin refusals, and text (RFC 5321 §4.2).
  func received(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line.prefix(SMTPError.longestDetail), as: UTF8.self)
    guard let code = Int(text.prefix(3)) else { return }
    // What was refused before, EHLO for example, did not keep the dialogue from going on.
    if code == Self.asksForMessage { refusal = nil }
    guard (400...599).contains(code) else { return }
    refusal = (code, String(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    if code == Self.closing { end = min(end, .now + CurlSMTPSession.quitTimeout) }
  }
}

/// Tells a dialogue on another thread to end: because its task was cancelled, or because it may not go on.
final class AbortFlag: Sendable {
  private let raised = Atomic(false)
  private let mayGoOn: SMTPTransport.Permission

  init(mayGoOn: @escaping SMTPTransport.Permission) { self.mayGoOn = mayGoOn }

  func isRaised(in phase: SMTPPhase) -> Bool { raised.load(ordering: .acquiring) || !mayGoOn(phase) }
  func raise() { raised.store(true, ordering: .releasing) }
}
