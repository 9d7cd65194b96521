internal import Glibc
internal import LocalStack
internal import NIOConcurrencyHelpers

/// A TCP port of 127.0.0.1 that nobody listens on at this moment and that this process is not told again.
///
/// Below the range from which the kernel takes the ports of outgoing connections (ip(7), ip_local_port_range): a server
/// that is down for a while finds its port free when it comes back.
public enum FreePort {
  private static let candidates = 20_000..<32_000
  private static let given = NIOLockedValueBox<Set<Int>>([])

  public static func find() throws -> Int {
    for _ in candidates {
      let port = Int.random(in: candidates)
      if isFree(port), given.withLockedValue({ $0.insert(port).inserted }) { return port }
    }
    throw PrivatePostgres.Failure.systemCall("bind", EADDRINUSE)
  }

  /// Tells if the port could be listened on. Connections of the past do not count.
  public static func isFree(_ port: Int) -> Bool { LoopbackPort.isFree(port) }
}
