internal import Glibc

/// TCP and UDP ports of 127.0.0.1.
package enum LoopbackPort {
  package static func isFree(_ port: Int) -> Bool {
    guard let descriptor = try? take(port, SOCK_STREAM) else { return false }
    close(descriptor)
    return true
  }

  /// Names every port of a stack that another program has. All are held until the last one is checked, so that two
  /// equal ones are found as well.
  package static func problems(of ports: [LocalStackSettings.Port]) -> [String] {
    var held: [Int32] = []
    defer { for descriptor in held { close(descriptor) } }
    var problems: [String] = []
    for port in ports {
      for (name, type) in [("tcp", SOCK_STREAM)] + (port.isUDP ? [("udp", SOCK_DGRAM)] : []) {
        do {
          held.append(try take(port.number, type))
        } catch {
          let reason = String(cString: strerror(error.code))
          problems.append(
            "port \(port.number)/\(name) (\(port.owner)): \(reason); move it with \(port.variable)=..."
          )
        }
      }
    }
    return problems
  }

  /// Takes the port as a server would: connections of the past (TIME_WAIT) do not count.
  private static func take(_ port: Int, _ type: __socket_type) throws(SystemCallFailure) -> Int32 {
    guard let number = UInt16(exactly: port) else { throw SystemCallFailure("bind", EINVAL) }
    let descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemCallFailure("socket", errno) }
    let isTCP = type == SOCK_STREAM
    var yes: Int32 = 1
    if isTCP {
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = loopback(number)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard bound, !isTCP || listen(descriptor, 1) == 0 else {
      let code = errno
      close(descriptor)
      throw SystemCallFailure("bind", code)
    }
    return descriptor
  }

  static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}
