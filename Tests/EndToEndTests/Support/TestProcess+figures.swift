import FoundationEssentials
import Glibc
import TestSupport

extension TestProcess {
  /// How many files and sockets it has open; proc(5).
  var descriptorCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"))?.count ?? 0
  }

  /// The processor time that it has used, in hundredths of a second (`utime` and `stime` of proc(5)).
  var processorTicks: Int {
    guard let line = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = line.lastIndex(of: ")")
    else { return 0 }
    let fields = line[line.index(after: end)...].split(separator: " ")
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }
}

/// A TCP connection over 127.0.0.1 as the operating system knows it (`/proc/net/tcp`, proc(5)): one of its two ends.
struct KnownConnection {
  let localPort: Int
  let remotePort: Int
  /// What has been written and the other end has not taken, in bytes.
  let unsent: Int
  /// Of the socket; 0 if no program has it open any more.
  let inode: Int

  var isHeld: Bool { inode != 0 }

  /// All there are.
  static var all: [KnownConnection] {
    let table = String(decoding: contents("/proc/net/tcp"), as: UTF8.self)
    return table.split(separator: "\n").compactMap { KnownConnection($0.split(separator: " ")) }
  }

  /// The server's end of a test's connection; nil if there is none.
  static func serverEnd(of connection: TCPClient, to server: StackServer) -> KnownConnection? {
    all.first { $0.localPort == server.port && $0.remotePort == connection.localPort }
  }

  private init?(_ fields: [Substring]) {
    guard fields.count > 9, let local = Self.port(fields[1]), let remote = Self.port(fields[2]),
      let unsent = Int(fields[4].prefix { $0 != ":" }, radix: 16), let inode = Int(fields[9])
    else { return nil }
    (localPort, remotePort, self.unsent, self.inode) = (local, remote, unsent, inode)
  }

  private static func port(_ address: Substring) -> Int? {
    address.firstIndex(of: ":").flatMap { Int(address[address.index(after: $0)...], radix: 16) }
  }

  /// Piece by piece: Foundation takes the first short read of such a file for its end.
  private static func contents(_ path: String) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var (contents, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return contents }
      contents += buffer.prefix(count)
    }
  }
}
