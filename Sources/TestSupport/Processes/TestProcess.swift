internal import Dispatch
internal import Glibc
internal import Synchronization

/// A program started by a test: its log, its signals, its end. It dies with the test process, whatever ends that.
public final class TestProcess: Sendable {
  public enum End: Sendable, Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let name: String
  /// Standard output and standard error.
  public let log: ProcessLog
  public let pid: Int32
  private let end: Mutex<End?>

  private init(name: String, pid: pid_t, log: ProcessLog) {
    self.name = name
    self.pid = pid
    self.log = log
    end = Mutex(nil)
  }

  /// Starts a program with exactly these environment variables and PATH.
  ///
  /// - Parameter lastSignal: what it gets from the kernel when the test process dies: `KILL`, or `TERM` for a program that
  ///   has children of its own to stop.
  public static func start(
    _ words: [String],
    name: String,
    environment: [String: String],
    directory: String? = nil,
    lastSignal: String = "KILL"
  ) async throws -> TestProcess {
    var ends: [Int32] = [-1, -1]
    // Not pipe(), because only a socket can be closed to other children from its first moment on.
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Failure(description: "socketpair: \(errno)") }
    let (output, input) = (ends[0], ends[1])
    defer { close(input) }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let variables = environment.merging(["PATH": path]) { given, _ in given }.map { "\($0.key)=\($0.value)" }
    let options = directory.map { ["--chdir=\($0)"] } ?? []
    let command = ["setpriv", "--pdeathsig", lastSignal, "env", "-i"] + options + variables + words
    let pid = try await LifelongThread.shared.perform { try Spawn.start(command, outputDescriptor: input) }
    let process = TestProcess(name: name, pid: pid, log: ProcessLog())
    process.collect(output)
    return process
  }

  /// Returns how it ended, waiting for it if need be.
  public func waitForEnd(within limit: Duration = .seconds(20)) async throws -> End {
    // The log completes right after the end is known.
    _ = await log.first(within: limit) { _ in false }
    guard let end = end.withLock({ $0 }) else {
      throw Failure(description: "\(name) (\(pid)) did not end in \(limit):\n\(log.tail)")
    }
    return end
  }

  public var isRunning: Bool { end.withLock { $0 == nil } }

  public func signal(_ signal: Int32) {
    // Under the lock: a process that was waited for has given its id back.
    end.withLock { if $0 == nil { _ = Glibc.kill(pid, signal) } }
  }

  /// Asks it to stop, and waits until it has.
  @discardableResult
  public func terminate(within limit: Duration = .seconds(20)) async throws -> End {
    signal(SIGTERM)
    return try await waitForEnd(within: limit)
  }

  /// As a power failure would.
  public func kill() async throws {
    signal(SIGKILL)
    _ = try await waitForEnd()
  }

  /// Stops it in its tracks: connections stay open, new ones are accepted by the kernel, and nobody answers.
  public func freeze() { signal(SIGSTOP) }

  public func thaw() { signal(SIGCONT) }

  /// Reads until all ends of the pipe are closed, on a thread of the process's own, then takes its status.
  private func collect(_ output: Int32) {
    DispatchQueue(label: name).async { [self] in
      let copy = Self.logCopy(name, pid)
      defer { if let copy { close(copy) } }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(output, &buffer, buffer.count)
        guard count > 0 || (count < 0 && errno == EINTR) else { break }
        log.append(buffer.prefix(max(0, count)))
        if let copy, count > 0 { _ = write(copy, buffer, count) }
      }
      close(output)
      waitUntilDead()
      log.complete()
    }
  }

  /// A file for the log in the directory `VETCHIUM_TEST_LOGS`, for whoever looks into a failure.
  private static func logCopy(_ name: String, _ pid: pid_t) -> Int32? {
    guard let directory = getenv("VETCHIUM_TEST_LOGS") else { return nil }
    let file = open(
      "\(String(cString: directory))/\(name)-\(pid).log",
      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
      0o600
    )
    return file < 0 ? nil : file
  }

  private func waitUntilDead() {
    var information = siginfo_t()
    // Keeps the id until the lock is held: nobody's signal may reach another process.
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    end.withLock { end in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1, errno == EINTR {}
      end = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
  }
}
