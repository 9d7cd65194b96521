import Logging
import ServiceLifecycle

/// Runs all pieces of work, at once, until it is told to end, the process is asked to stop, or the task is cancelled.
struct WorkingTerm: Sendable {
  /// To the pieces the end of a term is the end of the process: there is one way for them to stop in order.
  private let group: ServiceGroup

  init(pieces: [BackgroundPiece], logger: Logger) {
    let work = AllPieces(pieces: pieces, logger: logger)
    group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: work, serviceName: "background work")],
        logger: Logger(label: "term") { _ in SwiftLogNoOpLogHandler() }
      )
    )
  }

  /// Returns when all pieces have ended.
  func run() async {
    // Pieces throw nothing; a group that is cancelled does.
    try? await group.run()
  }

  /// Asks the pieces to end in order, and does not wait for it.
  func end() async { await group.triggerGracefulShutdown() }
}

/// One that fails starts again.
private struct AllPieces: Service {
  private static let pauseAfterFailure = Duration.seconds(5)

  let pieces: [BackgroundPiece]
  let logger: Logger

  func run() async throws {
    await withDiscardingTaskGroup { group in
      for piece in pieces { group.addTask { await keepRunning(piece) } }
    }
  }

  private func keepRunning(_ piece: BackgroundPiece) async {
    while true {
      do {
        try await piece.service.run()
      } catch {
        if !Task.isCancelled, !Task.isShuttingDownGracefully {
          logger.error("background work failed", metadata: ["work": "\(piece.name)", "error": "\(error)"])
        }
      }
      if Task.isCancelled || Task.isShuttingDownGracefully { return }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pauseAfterFailure) }
      if Task.isCancelled || Task.isShuttingDownGracefully { return }
    }
  }
}
