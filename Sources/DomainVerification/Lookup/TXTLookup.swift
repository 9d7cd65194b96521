import CAres
import Glibc

/// One question on its way, on a c-ares channel of its own. For the look-ups' thread only.
///
/// c-ares asks again and asks the next server by itself, believes only answers that come from the server it asked, with the id
/// and the question it sent, and turns to TCP when an answer was cut off (RFC 7766 §5).
final class TXTLookup {
  /// Nil while it is under way.
  private(set) var outcome: TXTOutcome?

  private let deadline: ContinuousClock.Instant
  private var channel: ares_channel?

  /// How long one server is waited for the first time; doubled each time after.
  private static let firstWait = Duration.seconds(1)
  private static let tries: Int32 = 3
  private static let isLibraryReady = ares_library_init(Int32(ARES_LIB_INIT_ALL)) == 0

  init(_ question: TXTQuestion) {
    deadline = .now + question.patience
    guard Self.isLibraryReady, open(question.servers) else {
      outcome = .failure(.unreachable)
      return
    }
    ask(question.name)
  }

  deinit {
    // Calls back if the question is still open; nobody listens any more.
    if let channel { ares_destroy(channel) }
  }

  private func open(_ servers: DNSServers) -> Bool {
    var options = ares_options()
    options.timeout = Int32(Self.firstWait / .milliseconds(1))
    options.tries = Self.tries
    guard ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == ARES_SUCCESS else {
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

  /// Ends it early.
  func giveUp(_ reason: TXTLookupError) {
    if outcome == nil { outcome = .failure(reason) }
  }

  /// The channel's sockets and what it waits for at each.
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

  /// How long to sleep at most before `goOn`.
  var untilNextStep: Duration {
    let left = max(.zero, ContinuousClock.now.duration(to: deadline))
    var time = timeval()
    guard let channel, let next = ares_timeout(channel, nil, &time) else { return left }
    return min(left, .seconds(next.pointee.tv_sec) + .microseconds(next.pointee.tv_usec))
  }

  /// Lets the channel read, write, repeat the question and give up on servers.
  /// - Parameter ready: its descriptors, as `poll` has left them.
  func goOn(_ ready: ArraySlice<pollfd>) {
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
