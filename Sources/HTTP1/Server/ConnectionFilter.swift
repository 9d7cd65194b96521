import CSocketFilter
import Glibc
import NIOCore

/// A classic BPF program on a listening socket, which the kernel runs for each TCP segment (socket(7),
/// SO_ATTACH_FILTER). It takes no privilege.
struct ConnectionFilter {
  private let instructions: [sock_filter]

  /// Drops the segments that begin a connection, and passes all others.
  static let dropNew: ConnectionFilter = {
    // The flags are in byte 13 of the TCP header, SYN is bit 1 (RFC 9293 §3.1).
    let loadFlags = sock_filter(code: UInt16(BPF_LD | BPF_B | BPF_ABS), jt: 0, jf: 0, k: 13)
    let isSYN = sock_filter(code: UInt16(BPF_JMP | BPF_JSET | BPF_K), jt: 0, jf: 1, k: 0x02)
    let drop = sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: 0)
    let pass = sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: .max)
    return ConnectionFilter(instructions: [loadFlags, isSYN, drop, pass])
  }()

  /// `sock_fprog`, as it goes through SwiftNIO to setsockopt(2).
  ///
  /// Sendable by proof: SwiftNIO copies it on the thread that calls it, which is the event loop's, and the kernel reads
  /// what it points to within that call; nothing keeps it.
  private struct Program: @unchecked Sendable {
    let length: UInt16
    let instructions: UnsafeMutablePointer<sock_filter>?
  }

  /// Returns whether the kernel took it. To be called on the event loop of the socket's channel.
  func attach(to socket: any SocketOptionProvider) -> Bool {
    var instructions = instructions
    var isAttached = false
    instructions.withUnsafeMutableBufferPointer { buffer in
      let program = Program(length: UInt16(buffer.count), instructions: buffer.baseAddress)
      socket.unsafeSetSocketOption(level: .socket, name: .init(rawValue: SO_ATTACH_FILTER), value: program)
        // On the event loop it is set before the call returns.
        .assumeIsolated().whenSuccess { isAttached = true }
    }
    return isAttached
  }
}
