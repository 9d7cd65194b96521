/// Which step of a pipeline a reply of the server belongs to, and what it says. Pure.
///
/// PostgreSQL manual, "Pipeline Mode": every step gives one result and then its end; after a failed step the others
/// are skipped up to the Sync, which has no end of its own.
struct ExchangeProgress {
  enum Step: Equatable {
    /// Prepares the statement of the query with this index.
    case prepare(Int)
    case run(Int)
  }

  enum Event { case success, failure, skipped, endOfStep, sync }

  enum Verdict: Equatable {
    case nothing
    case ran(Int)
    case failed(Int)
    case skipped(Int)
    case prepared(Int)
    case prepareFailed(Int)
    case prepareSkipped(Int)
    case finished
    /// The server's reply does not fit: client and server are out of step.
    case unexpected
  }

  private(set) var steps: [Step] = []
  private var position = 0
  private let isScript: Bool

  /// - Parameter isScript: a script has any number of results, then one end, and no Sync.
  init(isScript: Bool = false) { self.isScript = isScript }

  mutating func append(_ step: Step) { steps.append(step) }

  mutating func receive(_ event: Event) -> Verdict {
    if isScript { return script(event) }
    if event == .sync { return position == steps.count ? .finished : .unexpected }
    guard position < steps.count else { return .unexpected }
    switch (steps[position], event) {
    case (_, .endOfStep):
      position += 1
      return .nothing
    case (.run(let index), .success): return .ran(index)
    case (.run(let index), .failure): return .failed(index)
    case (.run(let index), .skipped): return .skipped(index)
    case (.prepare(let index), .success): return .prepared(index)
    case (.prepare(let index), .failure): return .prepareFailed(index)
    case (.prepare(let index), .skipped): return .prepareSkipped(index)
    case (_, .sync): return .unexpected
    }
  }

  private func script(_ event: Event) -> Verdict {
    switch event {
    case .success: .ran(0)
    case .failure: .failed(0)
    case .endOfStep: .finished
    case .skipped, .sync: .unexpected
    }
  }
}
