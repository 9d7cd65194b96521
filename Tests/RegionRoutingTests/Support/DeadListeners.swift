import Glibc

/// A port that refuses connections, and on which no other process can listen as long as this lives: it is bound.
final class RefusingPort: Sendable {
  let port: Int
  private let descriptor: Int32

  init() {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = bindToLoopback(descriptor)
  }

  deinit { close(descriptor) }
}

/// Binds a socket to any free port of 127.0.0.1.
private func bindToLoopback(_ descriptor: Int32) -> Int {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  return withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      bind(descriptor, address, length)
      getsockname(descriptor, address, &length)
    }
    return Int(UInt16(bigEndian: pointer.pointee.sin_port))
  }
}

/// A socket that swallows connection attempts: it listens with a full queue and never accepts, so the kernel drops
/// every further SYN.
final class BlackHole: Sendable {
  let port: Int
  private let descriptors: [Int32]

  init() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = bindToLoopback(listener)
    listen(listener, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var all = [listener]
    for _ in 0..<4 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(client, $0, length) }
      }
      all.append(client)
    }
    descriptors = all
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }
}
