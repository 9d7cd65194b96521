import JSON
import ServiceRuntime
import SystemPrimitives

/// The log of finished requests, one line each. The lines are written without swift-log's dictionaries, since every
/// request pays for one.
struct AccessLog: Sendable {
  private let sink: LogSink
  private let isEnabled: Bool
  /// The members that are the same in every line.
  private let constants: JSONWriter.Members

  init(sink: LogSink, identity: ServiceIdentity, isEnabled: Bool) {
    self.sink = sink
    self.isEnabled = isEnabled
    constants = JSONWriter.Members {
      $0.member("level", "info")
      $0.member("message", "request")
      $0.member("service", identity.service)
      $0.member("region", identity.region)
    }
  }

  func write(
    method: String,
    path: String,
    status: Int,
    isAborted: Bool,
    nanoseconds: Int64,
    requestID: String
  ) {
    guard isEnabled else { return }
    var line = JSONWriter(reserving: 384)
    line.object {
      $0.member("time", plain: RFC3339.appendNow)
      $0.members(constants)
      $0.member("request_id", requestID)
      $0.member("method", method)
      // Long paths are noise of scanners.
      $0.member("path", path.utf8.count <= 256 ? path : String(path.prefix(256)))
      $0.member("status", status)
      $0.member("duration_ms", number: { Milliseconds.write(nanoseconds: nanoseconds, to: &$0) })
      if isAborted { $0.member("aborted", true) }
    }
    line.newline()
    sink.append(line.bytes)
  }
}

/// A duration as decimal milliseconds with microsecond resolution (`0.412`).
enum Milliseconds {
  static func write(nanoseconds: Int64, to text: inout [UInt8]) {
    let microseconds = Int(nanoseconds / 1000)
    text.append(contentsOf: String(microseconds / 1000).utf8)
    text.append(UInt8(ascii: "."))
    text.append(microseconds % 1000, digits: 3)
  }
}
