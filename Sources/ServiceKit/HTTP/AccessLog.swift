/// One line per finished request, written without going through swift-log's dictionaries: it is the one line that every
/// request pays for.
struct AccessLog: Sendable {
  let sink: LogSink
  let identity: ServiceIdentity
  let isEnabled: Bool

  func write(
    method: String,
    path: String,
    status: Int,
    isAborted: Bool,
    nanoseconds: Int64,
    requestID: String
  ) {
    guard isEnabled else { return }
    var line = JSONWriter(reserving: 320)
    line.object {
      $0.member("time", LogTime.now())
      $0.member("level", "info")
      $0.member("message", "request")
      $0.member("service", identity.service)
      $0.member("region", identity.region)
      $0.member("request_id", requestID)
      $0.member("method", method)
      // Long paths are noise of scanners.
      $0.member("path", path.utf8.count <= 256 ? path : String(path.prefix(256)))
      $0.member("status", status)
      $0.member("duration_ms", number: Milliseconds.text(nanoseconds: nanoseconds))
      if isAborted { $0.member("aborted", true) }
    }
    line.newline()
    sink.append(line.bytes)
  }
}

/// A duration as decimal milliseconds with microsecond resolution (`0.412`).
enum Milliseconds {
  static func text(nanoseconds: Int64) -> String {
    let microseconds = nanoseconds / 1000
    let fraction = String(microseconds % 1000)
    return String(microseconds / 1000) + "." + String(repeating: "0", count: 3 - fraction.utf8.count)
      + fraction
  }
}
