import JSON
public import Logging
import SystemPrimitives

/// The back end of swift-log, which writes JSON lines: time, level, message, service, region, then the metadata.
public struct JSONLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let sink: LogSink
  private let identity: ServiceIdentity

  public init(identity: ServiceIdentity, level: Logger.Level, sink: LogSink = .standardOutput) {
    self.identity = identity
    logLevel = level
    self.sink = sink
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = JSONWriter()
    line.object {
      $0.member("time", plain: RFC3339.appendNow)
      $0.member("level", Self.name(of: event.level))
      $0.member("message", event.message.description)
      $0.member("service", identity.service)
      $0.member("region", identity.region)
      for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
        $0.key < $1.key
      }) {
        $0.member(named: key, value.description)
      }
    }
    line.newline()
    sink.append(line.bytes, urgent: event.level >= .error)
  }

  private static func name(of level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "debug"
    case .info, .notice: "info"
    case .warning: "warn"
    case .error, .critical: "error"
    }
  }
}
