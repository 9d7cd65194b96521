internal import Dispatch
internal import Glibc
internal import NIOConcurrencyHelpers
internal import SystemPrimitives

/// A program that this process has started: its output, its signals, its end.
///
/// It cannot outlive this process: when that ends in whatever way, SIGKILL included, the kernel sends the program its
/// `deathSignal` (prctl(2), PR_SET_PDEATHSIG).
package final class ChildProcess: Sendable {
  package enum End: Sendable, Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  package struct Options: Sendable {
    /// Exactly these variables; nil gives the program those of this process.
    package var environment: [String: String]?
    package var directory: String?
    /// The user as whom it runs, which only root may choose; nil is the present one.
    package var user: String?
    /// `KILL`, or a gentler signal for a program that has children of its own to stop.
    package var deathSignal = "KILL"
    /// Keeps standard input open until `closeInput`; otherwise it is empty.
    package var hasInput = false
    /// The program writes to this process's output; nothing is collected.
    package var inheritsOutput = false
    /// A descriptor that the program holds open as number 3.
    package var inherited: Int32?

    package init() {}
  }

  private struct State {
    var end: End?
    var input: Int32?
    var waiters: [CheckedContinuation<End, Never>] = []
  }

  package let name: String
  package let pid: Int32
  private let state: NIOLockedValueBox<State>

  private init(name: String, pid: Int32, input: Int32?) {
    self.name = name
    self.pid = pid
    state = NIOLockedValueBox(State(input: input))
  }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: the program, looked for in PATH, and its arguments.
  ///   - onOutput: gets what it writes to standard output and standard error, on a thread of the process's own.
  /// - Throws: `SystemCallFailure`.
  package static func start(
    _ words: [String],
    name: String,
    options: Options = Options(),
    onOutput: @escaping @Sendable (ArraySlice<UInt8>) -> Void = { _ in }
  ) async throws -> ChildProcess {
    let output = try socketPair()
    defer { close(output.theirs) }
    let input = options.hasInput ? try socketPair() : nil
    defer { if let input { close(input.theirs) } }
    let command = mortal(words, options)
    let pid = try await StartThread.shared.perform {
      try Spawn.start(
        command,
        environment: options.environment,
        standardInput: input?.theirs,
        output: options.inheritsOutput ? .inherited : .descriptor(output.theirs),
        inherited: options.inherited
      )
    }
    let process = ChildProcess(name: name, pid: pid, input: input?.ours)
    SystemThread.start(named: name) {
      process.collect(output.ours, onOutput)
      process.takeStatus()
    }
    return process
  }

  /// Runs a program to its end.
  ///
  /// - Parameter input: what it reads from standard input; fits into a socket's buffer, 100 KB.
  /// - Returns: how it ended, and all that it wrote.
  package static func run(
    _ words: [String],
    name: String,
    options: Options = Options(),
    input: String = ""
  ) async throws -> (end: End, output: String) {
    var options = options
    options.hasInput = true
    let output = NIOLockedValueBox<[UInt8]>([])
    let process = try await start(words, name: name, options: options) { bytes in
      output.withLockedValue { $0 += bytes }
    }
    process.write(input)
    process.closeInput()
    let end = await process.waitForEnd()
    return (end, String(decoding: output.withLockedValue { $0 }, as: UTF8.self))
  }

  /// The program's end; nil while it runs.
  package var end: End? { state.withLockedValue { $0.end } }

  /// Returns how it ended, waiting for it if need be. All output has been delivered by then.
  package func waitForEnd() async -> End {
    await withCheckedContinuation { continuation in
      let end = state.withLockedValue { state in
        if state.end == nil { state.waiters.append(continuation) }
        return state.end
      }
      if let end { continuation.resume(returning: end) }
    }
  }

  /// Returns whether it has ended, waiting for that no longer than the limit.
  package func ends(within limit: Duration) async -> Bool {
    let (answers, answer) = AsyncStream<Bool>.makeStream()
    let end = Task {
      _ = await waitForEnd()
      answer.yield(true)
    }
    let timeout = Task {
      try await Task.sleep(for: limit)
      answer.yield(false)
    }
    defer {
      end.cancel()
      timeout.cancel()
    }
    for await hasEnded in answers { return hasEnded }
    return false
  }

  package func signal(_ signal: Int32) { deliver(signal, to: pid) }

  /// Kills it and what it has started in its process group.
  package func kill() { deliver(SIGKILL, to: -pid) }

  private func deliver(_ signal: Int32, to target: Int32) {
    // Under the lock: a process that was waited for has given its id back.
    state.withLockedValue { if $0.end == nil { _ = Glibc.kill(target, signal) } }
  }

  /// Writes to its standard input, if that is open.
  package func write(_ text: String) {
    state.withLockedValue { state in
      guard let input = state.input else { return }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
      }
    }
  }

  package func closeInput() {
    state.withLockedValue { state in
      if let input = state.input { close(input) }
      state.input = nil
    }
  }

  /// The command that becomes the given one, with the wish to die with this process.
  ///
  /// The shell closes a gap: this process may have ended before the wish was made, and then the parent is another one.
  /// A change of user comes first, because it takes the wish away.
  private static func mortal(_ words: [String], _ options: Options) -> [String] {
    let user =
      options.user.map { ["setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups", "--"] } ?? []
    let script = "[ $PPID -eq \(getpid()) ] && cd \"$1\" || exit 1; shift; exec \"$@\""
    let wish = ["setpriv", "--pdeathsig", options.deathSignal, "--", "sh", "-c", script, "sh"]
    return user + wish + [options.directory ?? "."] + words
  }

  /// Sockets rather than pipe(2), because only those can be closed to other children from their first moment on.
  private static func socketPair() throws(SystemCallFailure) -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemCallFailure("socketpair", errno) }
    return (ends[0], ends[1])
  }

  /// Reads until all ends of the connection are closed.
  private func collect(_ output: Int32, _ deliver: (ArraySlice<UInt8>) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output, &buffer, buffer.count)
      guard count > 0 || (count < 0 && errno == EINTR) else { break }
      if count > 0 { deliver(buffer[..<count]) }
    }
    close(output)
  }

  private func takeStatus() {
    var information = siginfo_t()
    // Keeps the id until the lock is held: a signal must not reach another process.
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    let (end, waiters) = state.withLockedValue { state in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1, errno == EINTR {}
      let end: End = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
      state.end = end
      defer { state.waiters = [] }
      return (end, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: end) }
    closeInput()
  }
}

/// The thread from which all programs are started; it lives as long as the process.
///
/// "Die with the parent" means the thread that started a program: a pool's thread may end at any time, and would take
/// the program along.
private final class StartThread: Sendable {
  static let shared = StartThread()

  private typealias Job = @Sendable () -> Void
  private let jobs = NIOLockedValueBox<[Job]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  private init() {
    SystemThread.start(named: "start-programs") { [jobs, arrivals] in
      while true {
        arrivals.wait()
        let job = jobs.withLockedValue { $0.removeFirst() }
        job()
      }
    }
  }

  /// Runs the job there and returns its result.
  func perform<Value: Sendable>(_ job: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      jobs.withLockedValue { $0.append { continuation.resume(with: Result(catching: job)) } }
      arrivals.signal()
    }
  }
}
