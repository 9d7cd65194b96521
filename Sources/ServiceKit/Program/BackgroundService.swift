public import ServiceLifecycle

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
