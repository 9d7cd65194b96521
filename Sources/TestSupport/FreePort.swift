internal import Glibc
internal import Synchronization

/// A TCP port of 127.0.0.1 that nobody listens on at this moment and that this process is not told again.
///
/// Below the range from which the kernel takes the ports of outgoing connections (ip(7), ip_local_port_range): a server
/// that is down for a while finds its port free when it comes back.
public enum FreePort {
  private static let candidates = 20_000..<32_000
  private static let given = Mutex<Set<Int>>([])

  public static func find() throws -> Int {
    for _ in candidates {
      let port = Int.random(in: candidates)
      if try isFree(port), given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw PrivatePostgres.Failure.systemCall("bind", EADDRINUSE)
  }

  /// Whether nobody listens on it. Connections of the past do not count.
  public static func isFree(_ port: Int) throws -> Bool {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw PrivatePostgres.Failure.systemCall("socket", errno) }
    defer { close(listener) }
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        bind(listener, raw, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
