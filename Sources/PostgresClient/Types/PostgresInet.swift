internal import Glibc

/// An inet value: an IPv4 or IPv6 address and the length of its network's prefix in bits.
public struct PostgresInet: PostgresCodable, Hashable {
  private static let familyIPv4: UInt8 = 2
  private static let familyIPv6: UInt8 = 3

  private let bytes: [UInt8]
  public let prefixLength: Int

  /// - Parameters:
  ///   - address: as text, without prefix length or zone.
  ///   - prefixLength: in bits; the whole address if absent.
  public init?(address: String, prefixLength: Int? = nil) {
    var raw = [UInt8](repeating: 0, count: 16)
    let isIPv6 = address.utf8.contains(UInt8(ascii: ":"))
    guard inet_pton(isIPv6 ? AF_INET6 : AF_INET, address, &raw) == 1 else { return nil }
    let bits = isIPv6 ? 128 : 32
    let length = prefixLength ?? bits
    guard (0...bits).contains(length) else { return nil }
    self.bytes = Array(raw.prefix(bits / 8))
    self.prefixLength = length
  }

  /// The address as text, as `inet_ntop` writes it.
  public var address: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let isIPv6 = bytes.count == 16
    guard inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil else {
      return ""
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  public static var postgresType: PostgresType { .inet }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.write(bytes.count == 16 ? Self.familyIPv6 : Self.familyIPv4)
    buffer.write(UInt8(prefixLength))
    buffer.write(UInt8(0))  // not a cidr
    buffer.write(UInt8(bytes.count))
    bytes.withUnsafeBytes { buffer.write(contentsOf: $0) }
  }

  private init?(wire: UnsafeRawBufferPointer) {
    guard wire.count >= 4, wire[3] == 4 || wire[3] == 16, wire.count == 4 + Int(wire[3]) else { return nil }
    self.bytes = Array(wire.dropFirst(4))
    self.prefixLength = Int(wire[1])
  }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> PostgresInet {
    try cell.decode(PostgresInet.self, where: { $0 == .inet }, PostgresInet.init(wire:))
  }
}
