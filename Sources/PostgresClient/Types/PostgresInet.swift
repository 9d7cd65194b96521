public import SystemPrimitives

/// PostgreSQL's type inet: an IP address and the length of its network's prefix in bits.
///
/// PostgreSQL: `inet_recv` in src/backend/utils/adt/network.c.
public struct PostgresInet: PostgresCodable, Hashable {
  private static let familyIPv4: UInt8 = 2
  private static let familyIPv6: UInt8 = 3

  public let address: IPAddress
  public let prefixLength: Int

  /// Makes the value of a single host.
  public init(_ address: IPAddress) {
    self.address = address
    prefixLength = Self.bits(of: address)
  }

  /// - Parameter prefixLength: in bits; fails if the address has fewer.
  public init?(_ address: IPAddress, prefixLength: Int) {
    guard (0...Self.bits(of: address)).contains(prefixLength) else { return nil }
    self.address = address
    self.prefixLength = prefixLength
  }

  private static func bits(of address: IPAddress) -> Int { address.isV4 ? 32 : 128 }

  public static var postgresType: PostgresType { .inet }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.write(address.isV4 ? Self.familyIPv4 : Self.familyIPv6)
    buffer.write(UInt8(prefixLength))
    buffer.write(UInt8(0))  // not a cidr
    buffer.write(UInt8(Self.bits(of: address) / 8))
    if address.isV4 {
      buffer.write(UInt32(truncatingIfNeeded: address.low))
    } else {
      buffer.write(address.high)
      buffer.write(address.low)
    }
  }

  /// Reads the wire format. An IPv4 address in `::ffff:0:0/96` becomes an IPv4 address, with the prefix within it.
  private init?(wire: UnsafeRawBufferPointer) {
    guard wire.count >= 4, wire.count == 4 + Int(wire[3]) else { return nil }
    let prefixLength = Int(wire[1])
    switch wire[3] {
    case 4:
      let bits = wire.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
      self.init(IPAddress(v4: bits), prefixLength: prefixLength)
    case 16:
      let address = IPAddress(v6: UnsafeRawBufferPointer(rebasing: wire[4...]))
      self.init(address, prefixLength: address.isV4 ? prefixLength - 96 : prefixLength)
    default: return nil
    }
  }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> PostgresInet {
    try cell.decode(PostgresInet.self, where: { $0 == .inet }, PostgresInet.init(wire:))
  }
}
