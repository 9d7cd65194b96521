internal import Synchronization

/// The event of a session's end, for any number of tasks that wait for it.
final class EndOfSession: Sendable {
  private struct State {
    var hasHappened = false
    var lastID = 0
    var waiting: [Int: UnsafeContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  func happened() {
    let waiting = state.withLock { state in
      state.hasHappened = true
      defer { state.waiting.removeAll() }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns also when the task is cancelled.
  func wait() async {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        let isOver = state.withLock { state in
          // A cancellation before this line has found nobody to resume.
          if state.hasHappened || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
      continuation?.resume()
    }
  }
}
