internal import Glibc
internal import LocalStack
internal import NIOConcurrencyHelpers

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
  private let child: ChildProcess

  private init(_ child: ChildProcess, log: ProcessLog) {
    name = child.name
    self.child = child
    self.log = log
  }

  public var pid: Int32 { child.pid }

  /// Starts a program with exactly these environment variables and PATH.
  ///
  /// - Parameter lastSignal: the signal that the kernel sends when the test process dies: `KILL`, or `TERM` for a
  ///   program that has children of its own to stop.
  public static func start(
    _ words: [String],
    name: String,
    environment: [String: String],
    directory: String? = nil,
    lastSignal: String = "KILL"
  ) async throws -> TestProcess {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    var options = ChildProcess.Options()
    options.environment = environment.merging(["PATH": path]) { given, _ in given }
    options.directory = directory
    options.deathSignal = lastSignal
    let log = ProcessLog()
    let copy = logCopy(name)
    let child = try await ChildProcess.start(words, name: name, options: options) { bytes in
      log.append(bytes)
      if let copy { _ = bytes.withUnsafeBytes { write(copy, $0.baseAddress, $0.count) } }
    }
    Task {
      _ = await child.waitForEnd()
      log.complete()
      if let copy { close(copy) }
    }
    return TestProcess(child, log: log)
  }

  /// Returns how it ended, waiting for it if need be.
  public func waitForEnd(within limit: Duration = .seconds(20)) async throws -> End {
    // The log completes right after the end is known.
    _ = await log.first(within: limit) { _ in false }
    switch child.end {
    case .exit(let code): return .exit(code)
    case .signal(let signal): return .signal(signal)
    case nil: throw Failure(description: "\(name) (\(pid)) did not end in \(limit):\n\(log.tail)")
    }
  }

  public var isRunning: Bool { child.end == nil }

  public func signal(_ signal: Int32) { child.signal(signal) }

  /// Asks it to stop, and waits until it has.
  @discardableResult
  public func terminate(within limit: Duration = .seconds(20)) async throws -> End {
    signal(SIGTERM)
    return try await waitForEnd(within: limit)
  }

  /// Ends it as a power failure would.
  public func kill() async throws {
    signal(SIGKILL)
    _ = try await waitForEnd()
  }

  /// Stops it in its tracks: connections stay open, new ones are accepted by the kernel, and no request is answered.
  public func freeze() async throws { try await StoppedProcess.stop(pid) }

  public func thaw() { signal(SIGCONT) }

  private static let copies = NIOLockedValueBox(0)

  /// A file for the log in the directory `VETCHIUM_TEST_LOGS`, for looking into a failure.
  private static func logCopy(_ name: String) -> Int32? {
    guard let directory = getenv("VETCHIUM_TEST_LOGS") else { return nil }
    let number = copies.withLockedValue { number in
      number += 1
      return number
    }
    let file = open(
      "\(String(cString: directory))/\(name)-\(getpid())-\(number).log",
      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
      0o600
    )
    return file < 0 ? nil : file
  }
}
