import FoundationEssentials
import NIOConcurrencyHelpers
import Sagas

/// Where the attempts of a schedule stand still until they are let go on, one point at a time.
final class Gate: Sendable {
  enum Place: Sendable, Equatable {
    case notStarted
    /// On the way to its next point, or waiting for a lock.
    case running
    case standing(Failpoint, sagaID: UUID)
    case finished
  }

  private struct State {
    var places: [Int: Place] = [:]
    var standing: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = NIOLockedValueBox(State())

  func place(of attempt: Int) -> Place { state.withLockedValue { $0.places[attempt] ?? .notStarted } }

  func started(_ attempt: Int) { state.withLockedValue { $0.places[attempt] = .running } }

  func finished(_ attempt: Int) { state.withLockedValue { $0.places[attempt] = .finished } }

  func stand(_ attempt: Int, at point: Failpoint, _ sagaID: UUID) async {
    await withCheckedContinuation { continuation in
      state.withLockedValue { state in
        state.standing[attempt] = continuation
        state.places[attempt] = .standing(point, sagaID: sagaID)
      }
    }
  }

  func release(_ attempt: Int) {
    let continuation = state.withLockedValue { state in
      state.places[attempt] = .running
      return state.standing.removeValue(forKey: attempt)
    }
    continuation?.resume()
  }
}
