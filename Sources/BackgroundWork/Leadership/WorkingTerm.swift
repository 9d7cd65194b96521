import Logging
import ServiceLifecycle

/// Runs all pieces of work until the task is cancelled or the process is asked to stop. One that fails starts again.
struct WorkingTerm: Sendable {
  static let pauseAfterFailure = Duration.seconds(5)

  let pieces: [BackgroundPiece]
  let logger: Logger

  func run() async {
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
