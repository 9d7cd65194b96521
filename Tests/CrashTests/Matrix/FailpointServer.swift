import FoundationEssentials
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The test's end of SAGA_FAILURE_POINTS: is told of every failpoint that a saga of the stack reaches, and holds the
/// sagas at the failpoints that cases ask for.
final class FailpointServer: Sendable {
  private struct State {
    /// By the request that begins the saga.
    var plans: [String: String] = [:]
    var requestsBySaga: [String: String] = [:]
    /// Points by request, in the order in which they were reached.
    var reached: [String: [String]] = [:]
    var held: [String: CheckedContinuation<Void, Never>] = [:]
  }

  let path: String
  private let state = NIOLockedValueBox(State())

  init() {
    path = "/tmp/vetchium-points-\(UInt32.random(in: .min ... .max)).sock"
  }

  /// Serves until it is cancelled.
  func run() async throws {
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .bind(unixDomainSocketPath: path) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    try await server.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { group in
        for try await connection in connections {
          group.addTask { [self] in
            // A process that was killed has left its connection.
            try? await connection.executeThenClose { inbound, outbound in
              for try await line in inbound {
                await hear(String(buffer: line))
                try await outbound.write(ByteBuffer(string: "\n"))
                break
              }
            }
          }
        }
      }
    }
  }

  /// Lets a request's saga stand still when it reaches a point for the first time.
  func plan(_ request: String, toHoldAt point: String) { state.withLockedValue { $0.plans[request] = point } }

  func isHeld(_ request: String) -> Bool { state.withLockedValue { $0.held[request] != nil } }

  func points(of request: String) -> [String] { state.withLockedValue { $0.reached[request] ?? [] } }

  /// Lets everybody go on.
  func releaseAll() {
    let held = state.withLockedValue { state in
      defer { state.held = [:] }
      return Array(state.held.values)
    }
    for continuation in held { continuation.resume() }
  }

  private func hear(_ line: String) async {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 3 else { return }
    await withCheckedContinuation { continuation in
      let goesOn = state.withLockedValue { state in
        // A recovery has a request of its own, and belongs to the one that began the saga.
        let request = state.requestsBySaga[words[1]] ?? words[0]
        state.requestsBySaga[words[1]] = request
        state.reached[request, default: []].append(words[2])
        guard state.plans[request] == words[2] else { return true }
        state.plans[request] = nil
        state.held[request] = continuation
        return false
      }
      if goesOn { continuation.resume() }
    }
  }
}
