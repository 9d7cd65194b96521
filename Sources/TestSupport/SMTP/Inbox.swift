/// Items in order of arrival, for tests that wait for a particular one.
actor Inbox<Item: Sendable> {
  private struct Waiter {
    let matches: @Sendable (Item) -> Bool
    let continuation: CheckedContinuation<Item?, Never>
  }

  private var items: [Item] = []
  private var waiters: [Int: Waiter] = [:]
  private var lastID = 0

  func add(_ item: Item) {
    if let id = waiters.filter({ $0.value.matches(item) }).keys.min() {
      waiters.removeValue(forKey: id)?.continuation.resume(returning: item)
    } else {
      items.append(item)
    }
  }

  /// Takes the oldest matching item, waiting for it if need be; nil when the time is over.
  func take(within limit: Duration, _ matches: @escaping @Sendable (Item) -> Bool) async -> Item? {
    if let index = items.firstIndex(where: matches) { return items.remove(at: index) }
    lastID += 1
    let id = lastID
    let timeout = Task {
      try await Task.sleep(for: limit)
      giveUp(id)
    }
    defer { timeout.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled {
          continuation.resume(returning: nil)
        } else {
          waiters[id] = Waiter(matches: matches, continuation: continuation)
        }
      }
    } onCancel: {
      Task { await giveUp(id) }
    }
  }

  private func giveUp(_ id: Int) { waiters.removeValue(forKey: id)?.continuation.resume(returning: nil) }
}
