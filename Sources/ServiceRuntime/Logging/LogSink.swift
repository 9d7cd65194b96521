import Dispatch
import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPrimitives

/// The destination of log lines: a buffer that one serial queue writes to a file descriptor.
///
/// No task ever waits for standard output. Lines of a few milliseconds travel in one `write`, which at ten thousand
/// requests a second saves as many system calls. If the reader of the log stalls, at most `limit` bytes are kept; what
/// does not fit is dropped and counted, and the count is logged as soon as lines fit again.
public final class LogSink: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var isWriteScheduled = false
    var dropped = 0
  }

  public static let standardOutput = LogSink(descriptor: STDOUT_FILENO)

  private let descriptor: Int32
  private let notice: @Sendable (_ dropped: Int) -> [UInt8]
  private let limit = 4 << 20
  private let state = NIOLockedValueBox(State())
  private let writer = DispatchQueue(label: "vetchium.log")

  /// - Parameter notice: the line that says how many were dropped.
  public init(descriptor: Int32, notice: @escaping @Sendable (_ dropped: Int) -> [UInt8] = LogSink.notice) {
    self.descriptor = descriptor
    self.notice = notice
  }

  /// Adds one whole line; returns at once.
  /// - Parameter urgent: true if the line is written without the collecting delay.
  public func append(_ line: [UInt8], urgent: Bool = false) {
    let mustSchedule = state.withLockedValue { state in
      guard state.pending.count + line.count <= limit else {
        state.dropped += 1
        return false
      }
      state.pending.append(contentsOf: line)
      let first = !state.isWriteScheduled
      state.isWriteScheduled = true
      return first
    }
    if urgent {
      writer.async { self.drain() }
    } else if mustSchedule {
      writer.asyncAfter(deadline: .now() + .milliseconds(5)) { self.drain() }
    }
  }

  /// Writes all that is pending before it returns; called at the end of the process, which must come even if whoever
  /// reads has stopped doing so.
  /// - Parameter limit: the longest wait for the reader.
  public func flush(within limit: Duration = .seconds(2)) {
    let end = DispatchSemaphore(value: 0)
    writer.async {
      self.drain()
      end.signal()
    }
    _ = end.wait(timeout: .now() + .milliseconds(Int(limit.milliseconds)))
  }

  private func drain() {
    let (bytes, dropped) = state.withLockedValue { state in
      defer {
        state.pending = []
        state.isWriteScheduled = false
        state.dropped = 0
      }
      return (state.pending, state.dropped)
    }
    writeAll(bytes)
    if dropped > 0 { writeAll(notice(dropped)) }
  }

  /// The line of a service's log.
  public static let notice: @Sendable (_ dropped: Int) -> [UInt8] = { dropped in
    var line = JSONWriter()
    line.object {
      $0.member("time", plain: RFC3339.appendNow)
      $0.member("level", "error")
      $0.member("message", "log lines dropped: standard output was not read")
      $0.member("lines", dropped)
    }
    line.newline()
    return line.bytes
  }

  private func writeAll(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN {
        // Another program that has the same pipe or terminal has made it non-blocking.
        var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&readiness, 1, -1)
      } else if errno != EINTR {
        return  // the log itself is gone, and nothing can report that
      }
    }
  }
}
