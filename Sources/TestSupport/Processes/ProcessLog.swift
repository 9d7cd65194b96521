internal import FoundationEssentials
internal import NIOConcurrencyHelpers

/// The lines that a program has written so far, and a way to wait for those that it will write.
public final class ProcessLog: Sendable {
  private struct Waiter {
    let matches: @Sendable (LogLine) -> Bool
    let continuation: CheckedContinuation<LogLine?, Never>
  }

  private struct State {
    var lines: [LogLine] = []
    var unfinishedLine: [UInt8] = []
    var isComplete = false
    var waiters: [Int: Waiter] = [:]
    var lastWaiter = 0
  }

  private let state = NIOLockedValueBox(State())

  init() {}

  public var lines: [LogLine] { state.withLockedValue { $0.lines } }

  /// The last lines, for a failure's message.
  public var tail: String { lines.suffix(30).map(\.text).joined(separator: "\n") }

  public func lines(where matches: (LogLine) -> Bool) -> [LogLine] { lines.filter(matches) }

  /// The first line that matches, waiting for it if need be; nil when the time is over or the program has ended.
  public func first(
    within limit: Duration = .seconds(10),
    where matches: @escaping @Sendable (LogLine) -> Bool
  ) async -> LogLine? {
    let id = state.withLockedValue { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let timeout = Task {
      try await Task.sleep(for: limit)
      giveUp(id)
    }
    defer { timeout.cancel() }
    return await withCheckedContinuation { continuation in
      let known: LogLine?? = state.withLockedValue { state in
        if let line = state.lines.first(where: matches) { return .some(line) }
        if state.isComplete { return .some(nil) }
        state.waiters[id] = Waiter(matches: matches, continuation: continuation)
        return .none
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      guard byte == UInt8(ascii: "\n") else {
        state.withLockedValue { $0.unfinishedLine.append(byte) }
        continue
      }
      let satisfied = state.withLockedValue { state -> [(Waiter, LogLine)] in
        let line = LogLine(String(decoding: state.unfinishedLine, as: UTF8.self))
        state.unfinishedLine = []
        state.lines.append(line)
        let ids = state.waiters.filter { $0.value.matches(line) }.keys
        return ids.compactMap { id in state.waiters.removeValue(forKey: id).map { ($0, line) } }
      }
      for (waiter, line) in satisfied { waiter.continuation.resume(returning: line) }
    }
  }

  func complete() {
    let disappointed = state.withLockedValue { state in
      state.isComplete = true
      defer { state.waiters = [:] }
      return state.waiters.values.map(\.continuation)
    }
    for continuation in disappointed { continuation.resume(returning: nil) }
  }

  private func giveUp(_ id: Int) {
    state.withLockedValue { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: nil)
  }
}

/// One line that a program wrote.
public struct LogLine: Sendable, CustomStringConvertible {
  public let text: String
  /// Its members, if it is a JSON object.
  public let members: JSON

  init(_ text: String) {
    self.text = text
    members = (try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))) ?? .null
  }

  /// A string member.
  public subscript(_ name: String) -> String? { members[name].string }

  public var message: String? { self["message"] }
  public var description: String { text }
}
