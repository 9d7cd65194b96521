import Glibc
public import HTTP1
public import Logging
import NIOConcurrencyHelpers
import NIOCore
public import ServiceLifecycle
public import ServiceRuntime

/// The HTTP server of a service: it listens, passes requests to the pipeline, and on graceful shutdown stops accepting
/// and lets every request in flight be answered.
public struct HTTPService: Service {
  public struct Configuration: Sendable {
    public var server: HTTPServer.Configuration
    public var cors: CORSPolicy
    /// The fields of responses besides the request id that pages of other origins may read.
    public var exposedFields: [String] = []
    public var logsRequests: Bool
    /// What the settings of its address begin with, for whoever cannot listen there.
    public var settingPrefix = ""

    /// - Parameter memory: what the requests of all listeners of the process hold
    public init(_ settings: CommonSettings, cors: CORSPolicy, memory: RequestMemory) {
      self.init(host: settings.host, port: settings.port, cors: cors)
      server.requestTimeout = TimeAmount(settings.requestTimeout)
      server.minimumRate = settings.requestMinimumRate
      server.memory = memory
      server.keepAliveTimeout = TimeAmount(settings.keepAliveTimeout)
      server.connectionLimit = FileDescriptors.connectionLimit
      server.waitingLimit = server.connectionLimit - server.connectionLimit / 8
      // What is left is for the other parts of the service to stop.
      server.stopTimeout = TimeAmount(
        max(settings.shutdownTimeout * 3 / 4, settings.shutdownTimeout - .seconds(5))
      )
    }

    /// - Parameter port: 0 means any free port; the log tells which.
    public init(host: String, port: Int, cors: CORSPolicy = .anyOrigin, logsRequests: Bool = true) {
      server = HTTPServer.Configuration(host: host, port: port)
      self.cors = cors
      self.logsRequests = logsRequests
    }
  }

  private let configuration: Configuration
  private let pipeline: RequestPipeline
  private let logger: Logger
  private let drain: ServiceDrain
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - onListening: called with the port once connections are accepted.
  public init(
    _ configuration: Configuration,
    routes: [Route],
    identity: ServiceIdentity,
    logger: Logger,
    drain: ServiceDrain = ServiceDrain(),
    sink: LogSink = .standardOutput,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.logger = logger
    self.drain = drain
    self.onListening = onListening
    pipeline = RequestPipeline(
      routes: RouteTable(routes),
      cors: configuration.cors,
      exposedFields: configuration.exposedFields,
      accessLog: AccessLog(sink: sink, identity: identity, isEnabled: configuration.logsRequests),
      logger: logger
    )
  }

  public func run() async throws {
    var configuration = configuration.server
    let refusals = RefusalLog(logger)
    configuration.onAcceptRefused = { refusals.note($0) }
    let server = HTTPServer(configuration, responder: pipeline)
    do {
      try await server.run { port in
        logger.info(
          self.configuration.settingPrefix.isEmpty ? "listening" : "listening for other regions' servers",
          metadata: ["port": "\(port)"]
        )
        await onListening(port)
      } draining: { [drain] in
        await drain.begun()
      }
    } catch let error as IOError {
      let prefix = self.configuration.settingPrefix
      throw ListenFailure(error, host: configuration.host, port: configuration.port, prefix: prefix)
    }
  }
}

/// The listeners of a service, as one: they stop at the same time, and if one ends, so does the service.
public struct HTTPServices: Service {
  private let all: [HTTPService]

  public init(_ all: [HTTPService]) {
    self.all = all
  }

  public func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for service in all { group.addTask { try await service.run() } }
      try await group.waitForAll()
    }
  }
}

/// The reason why a service cannot listen, with the setting that it depends on.
struct ListenFailure: Error, CustomStringConvertible {
  let description: String

  /// - Parameter prefix: of the two settings' names
  init(_ error: IOError, host: String, port: Int, prefix: String = "") {
    let (hostName, portName) = ("\(prefix)HTTP_HOST", "\(prefix)HTTP_PORT")
    description =
      switch error.errnoCode {
      case EADDRINUSE: "\(portName) \(port) is in use: another program listens there (\(hostName) \(host))"
      case EACCES: "\(portName) \(port) needs a privilege (CAP_NET_BIND_SERVICE), as those below 1024 do"
      case EADDRNOTAVAIL: "\(hostName) \(host) is no address of this machine (\(portName) \(port))"
      default: "cannot listen on \(hostName) \(host), \(portName) \(port): \(error)"
      }
  }
}

/// Logs that connections cannot be accepted, at most once a minute.
private final class RefusalLog: Sendable {
  private let logger: Logger
  private let lastLine = NIOLockedValueBox<NIODeadline?>(nil)

  init(_ logger: Logger) {
    self.logger = logger
  }

  func note(_ error: IOError) {
    let isDue = lastLine.withLockedValue { last in
      guard last.map({ .now() - $0 > .seconds(60) }) ?? true else { return false }
      last = .now()
      return true
    }
    guard isDue else { return }
    logger.warning(
      "connections cannot be accepted",
      metadata: ["error": "\(error)", "hint": "raise the limit of open files (LimitNOFILE, ulimit -n)"]
    )
  }
}
