import CAres
import Glibc

/// A look-up under way, on a c-ares channel of its own. Only the look-ups' thread uses it.
///
/// c-ares asks again and asks the next server by itself, believes only answers that come from the server it asked, with
/// the id and the question it sent, and turns to TCP when an answer was cut off (RFC 7766 §5).
final class TXTLookup {
  /// The result; nil while the look-up is under way.
  private(set) var outcome: TXTOutcome?

  private let deadline: ContinuousClock.Instant
  private var channel: ares_channel?

  /// The first wait for a server's answer; it doubles with each try.
  private static let firstWait = Duration.seconds(1)
  private static let tries: Int32 = 3
  private static let isLibraryReady = ares_library_init(Int32(ARES_LIB_INIT_ALL)) == 0

  init(_ question: TXTQuestion) {
    deadline = .now + question.patience
    guard Self.isLibraryReady, open(question) else {
      outcome = .failure(.unreachable)
      return
    }
    ask(question.name)
  }

  deinit {
    // c-ares calls back if the question is still open; the outcome is dropped.
    if let channel { ares_destroy(channel) }
  }

  private func open(_ question: TXTQuestion) -> Bool {
    let servers = question.servers
    var options = ares_options()
    var mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
    if question.takesEveryAnswer {
      options.flags = ARES_FLAG_NOCHECKRESP
      mask |= ARES_OPT_FLAGS
    }
    options.timeout = Int32(Self.firstWait / .milliseconds(1))
    options.tries = Self.tries
    guard ares_init_options(&channel, &options, mask) == ARES_SUCCESS else {
      return false
    }
    guard !servers.entries.isEmpty else { return true }
    let list = servers.entries.joined(separator: ",")
    return ares_set_servers_ports_csv(channel, list) == ARES_SUCCESS
  }

  private func ask(_ name: String) {
    let classIN: Int32 = 1
    let typeTXT: Int32 = 16
    ares_query(
      channel,
      name,
      classIN,
      typeTXT,
      { argument, status, _, bytes, length in
        guard let argument else { return }
        Unmanaged<TXTLookup>.fromOpaque(argument).takeUnretainedValue().answered(status, bytes, length)
      },
      Unmanaged.passUnretained(self).toOpaque()
    )
  }

  /// Ends the look-up early.
  func giveUp(_ reason: TXTLookupError) {
    if outcome == nil { outcome = .failure(reason) }
  }

  /// The channel's sockets and the events it waits for.
  private(set) lazy var descriptors: [pollfd] = openDescriptors()

  private func openDescriptors() -> [pollfd] {
    guard let channel else { return [] }
    var sockets = [ares_socket_t](repeating: 0, count: Int(ARES_GETSOCK_MAXNUM))
    let wanted = UInt32(bitPattern: ares_getsock(channel, &sockets, ARES_GETSOCK_MAXNUM))
    // One bit for each socket to read from, and sixteen further on one for each to write to.
    return sockets.enumerated().compactMap { index, socket in
      let events =
        (wanted >> index & 1 == 1 ? POLLIN : 0)
        | (wanted >> (index + Int(ARES_GETSOCK_MAXNUM)) & 1 == 1 ? POLLOUT : 0)
      return events == 0 ? nil : pollfd(fd: socket, events: Int16(events), revents: 0)
    }
  }

  /// The longest time to sleep before `process` is called.
  var untilNextStep: Duration {
    let left = max(.zero, ContinuousClock.now.duration(to: deadline))
    var time = timeval()
    guard let channel, let next = ares_timeout(channel, nil, &time) else { return left }
    return min(left, .seconds(next.pointee.tv_sec) + .microseconds(next.pointee.tv_usec))
  }

  /// Lets the channel read, write, repeat the question and give up on servers.
  /// - Parameter ready: the descriptors as `poll` has left them.
  func process(_ ready: ArraySlice<pollfd>) {
    guard let channel else { return }
    let readable = Int16(POLLIN | POLLERR | POLLHUP)
    for descriptor in ready where descriptor.revents != 0 {
      ares_process_fd(
        channel,
        descriptor.revents & readable != 0 ? descriptor.fd : ARES_SOCKET_BAD,
        descriptor.revents & Int16(POLLOUT) != 0 ? descriptor.fd : ARES_SOCKET_BAD
      )
    }
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
    if ContinuousClock.now >= deadline { giveUp(.timedOut) }
    descriptors = openDescriptors()
  }

  private func answered(_ status: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ length: Int32) {
    guard outcome == nil else { return }
    guard status == ARES_SUCCESS, let bytes else {
      outcome = .failure(TXTLookupError(status: status))
      return
    }
    outcome = TXTAnswer.read(bytes, length)
  }
}

/// Reads the records of an answer.
enum TXTAnswer {
  static func read(_ bytes: UnsafePointer<UInt8>, _ length: Int32) -> TXTOutcome {
    // c-ares takes response codes that RFC 1035 does not have, such as NOTAUTH, for answers without records.
    guard length > 3, bytes[3] & 0x0F == 0 else { return .failure(.refused) }
    var first: UnsafeMutablePointer<ares_txt_ext>?
    let status = ares_parse_txt_reply_ext(bytes, length, &first)
    defer { if let first { ares_free_data(first) } }
    guard status == ARES_SUCCESS else { return .failure(TXTLookupError(status: status)) }
    var records: [[UInt8]] = []
    var next = first
    while let string = next?.pointee {
      let text = UnsafeBufferPointer(start: string.txt, count: string.length)
      if string.record_start != 0 || records.isEmpty { records.append([]) }
      records[records.count - 1] += text
      next = string.next
    }
    return .success(records.map { String(decoding: $0, as: UTF8.self) })
  }
}

extension TXTLookupError {
  /// - Parameter status: one of c-ares's codes, but not success.
  init(status: Int32) {
    self =
      switch status {
      case ARES_ENOTFOUND: .noSuchName
      case ARES_ENODATA: .noRecord
      case ARES_ESERVFAIL, ARES_ECONNREFUSED: .serverFailed
      case ARES_EREFUSED, ARES_ENOTIMP: .refused
      case ARES_EFORMERR, ARES_EBADRESP: .malformedAnswer
      case ARES_ETIMEOUT: .timedOut
      case ARES_EBADNAME: .invalidName
      default: .unreachable
      }
  }
}

/// The reason why a look-up brought no records. None of them says anything about the domain's owner.
public enum TXTLookupError: Error, Sendable, Equatable {
  /// NXDOMAIN (RFC 1035 §4.1.1, RCODE 3).
  case noSuchName
  /// The name exists without a TXT record.
  case noRecord
  /// The servers failed (SERVFAIL), or their ports are closed. Unless every answer is taken, c-ares tells neither these
  /// nor a refusal from one another, since it has asked the next server.
  case serverFailed
  /// The server refused: with REFUSED or NOTIMP, where every answer is taken, or with a code beyond RFC 1035.
  case refused
  /// The answer was no DNS message, or did not match the question.
  case malformedAnswer
  /// No server answered in time.
  case timedOut
  /// No server could be asked, for lack of a network or of memory.
  case unreachable
  /// The name is longer than DNS allows.
  case invalidName
  /// The task was cancelled, or the server is stopping.
  case cancelled
}
