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
  private let limit = 4 << 20
  private let state = NIOLockedValueBox(State())
  private let writer = DispatchQueue(label: "vetchium.log")

  public init(descriptor: Int32) {
    self.descriptor = descriptor
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

  /// Writes all that is pending before it returns; called at the end of the process.
  public func flush() {
    writer.sync { drain() }
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
    if dropped > 0 {
      var line = JSONWriter()
      line.object {
        $0.member("time", plain: RFC3339.appendNow)
        $0.member("level", "error")
        $0.member("message", "log lines dropped: standard output was not read")
        $0.member("lines", dropped)
      }
      line.newline()
      writeAll(line.bytes)
    }
  }

  private func writeAll(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR && errno != EAGAIN {
        return  // the log itself is gone, and nothing can report that
      }
    }
  }
}
