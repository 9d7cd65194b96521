internal import Glibc
internal import SystemPrimitives

/// Waiting for a server to answer.
enum Readiness {
  /// Returns true when the server answers a GET with 200, false when `isAlive` says that it will not any more.
  static func wait(port: Int, path: String, isAlive: @escaping @Sendable () -> Bool) async -> Bool {
    await withCheckedContinuation { continuation in
      // A thread, because nothing announces readiness, and asking blocks.
      SystemThread.start(named: "readiness") {
        while isAlive() {
          if answers(port: port, path: path) {
            continuation.resume(returning: true)
            return
          }
          usleep(20_000)
        }
        continuation.resume(returning: false)
      }
    }
  }

  /// Sends one request (RFC 9112), with a time limit of 2 seconds.
  private static func answers(port: Int, path: String) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0, let number = UInt16(exactly: port) else { return false }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = LoopbackPort.loopback(number)
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    guard isConnected, send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
    else { return false }
    let expected = Array("HTTP/1.1 200".utf8)
    var answer = [UInt8](repeating: 0, count: expected.count)
    let count = recv(descriptor, &answer, answer.count, Int32(MSG_WAITALL))
    return count == expected.count && answer == expected
  }
}
