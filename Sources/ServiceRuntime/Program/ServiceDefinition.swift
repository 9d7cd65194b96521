public import Logging
public import ServiceLifecycle

/// A program's description of itself and the functions that put it together.
public struct ServiceDefinition<Settings: Sendable>: Sendable {
  public let name: String
  public let summary: String
  public let version: String
  public let read: @Sendable (inout SettingsReader) throws(SettingsError) -> Settings
  public let region: @Sendable (Settings) -> String
  public let common: @Sendable (Settings) -> CommonSettings
  public let build: @Sendable (Settings, ServiceContext) async throws -> ServiceComponents

  /// - Parameters:
  ///   - name: the executable's name.
  ///   - read: reads and checks all settings.
  ///   - region: the region's code, or `global`; it is on every log line.
  ///   - common: the settings that every service has.
  ///   - build: connects the parts of the service; nothing runs yet.
  public init(
    name: String,
    summary: String,
    version: String = ServiceVersion.current,
    read: @escaping @Sendable (inout SettingsReader) throws(SettingsError) -> Settings,
    region: @escaping @Sendable (Settings) -> String,
    common: @escaping @Sendable (Settings) -> CommonSettings,
    build: @escaping @Sendable (Settings, ServiceContext) async throws -> ServiceComponents
  ) {
    self.name = name
    self.summary = summary
    self.version = version
    self.read = read
    self.region = region
    self.common = common
    self.build = build
  }
}

/// The version of all programs of this source tree (semver.org).
public enum ServiceVersion {
  public static let current = "0.1.0"
}

/// Names the service in log lines and metrics.
public struct ServiceIdentity: Sendable {
  /// The executable's name, e.g. `regional-api-server`.
  public let service: String
  /// The region's code, or `global`.
  public let region: String

  public init(service: String, region: String) {
    self.service = service
    self.region = region
  }
}

/// The values that a service's builder gets besides its settings.
public struct ServiceContext: Sendable {
  public let logger: Logger
  public let identity: ServiceIdentity
  public let metrics: PrometheusRegistry
  public let drain: ServiceDrain
}

/// The running parts of a service, as its builder returns them.
public struct ServiceComponents: Sendable {
  /// Started in this order, stopped in the reverse one.
  public let services: [any Service]
  /// Closes pools and the like after the last service has stopped.
  public let cleanUp: @Sendable () async -> Void

  public init(services: [any Service], cleanUp: @escaping @Sendable () async -> Void = {}) {
    self.services = services
    self.cleanUp = cleanUp
  }
}

/// Work that runs beside the HTTP server until the service stops gracefully, and is cancelled then.
public struct BackgroundService: Service {
  private let work: @Sendable () async throws -> Void

  public init(_ work: @escaping @Sendable () async throws -> Void) {
    self.work = work
  }

  public func run() async throws {
    let work = work
    try await cancelWhenGracefulShutdown { () async throws -> Void in
      do {
        try await work()
      } catch is CancellationError {
        // The stop asked for it.
      }
    }
    // Work that ends by itself has nothing more to do; the service's end would stop the whole program.
    try? await gracefulShutdown()
  }
}
