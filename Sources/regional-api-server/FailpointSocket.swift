import FoundationEssentials
import Logging
import NIOCore
import NIOPosix
import Sagas

/// Reports the failpoints of all sagas to a test outside the process.
///
/// At each failpoint a connection to the test's Unix socket is made, one line written (request id, saga id, failpoint)
/// and one line awaited; until it comes the saga waits. Meanwhile the test kills this process, cuts connections,
/// restarts databases or lets time pass. If the socket is not there or the connection ends, the saga goes on.
enum FailpointSocket {
  static func handler(at path: String, _ logger: Logger) -> FailpointHandler {
    logger.warning("failure points are on", metadata: ["socket": "\(path)"])
    return FailpointHandler { point, sagaID, requestID in
      try? await announce("\(requestID ?? "-") \(sagaID) \(point)\n", at: path)
    }
  }

  private static func announce(_ line: String, at path: String) async throws {
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
    let channel = try await bootstrap.connect(unixDomainSocketPath: path) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
    try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: line))
      // Any answer will do, and so will the end.
      for try await _ in inbound { break }
    }
  }
}
