internal import Glibc

/// An IPv4 or IPv6 address as 128 bits; IPv4 lives in `::ffff:0:0/96` (RFC 4291 §2.5.5.2), so that both ways in
/// which a dual-stack socket reports an IPv4 peer are the same address.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// The 64 bits that name the network.
  package let high: UInt64
  /// The 64 bits that name the interface, or an IPv4 address behind `::ffff`.
  package let low: UInt64

  /// Reads a textual address without brackets, port or zone.
  public init?(_ text: some StringProtocol) {
    let text = String(text)
    // C would stop reading there.
    guard !text.utf8.contains(0) else { return nil }
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4: v4.s_addr)
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      self = withUnsafeBytes(of: &v6) { IPAddress(v6: $0) }
    } else {
      return nil
    }
  }

  /// - Parameter v4: the address in network byte order.
  package init(v4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(UInt32(bigEndian: v4)))
  }

  /// - Parameter bytes: the sixteen bytes of the address in network byte order.
  package init(v6 bytes: UnsafeRawBufferPointer) {
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// Says whether this is an IPv4 address.
  package var isV4: Bool { high == 0 && low >> 32 == 0xffff }

  /// Says whether this is an address of the machine itself: 127.0.0.0/8 or ::1 (RFC 6890).
  public var isLoopback: Bool { high == 0 && (low == 1 || low >> 24 == 0xff_ff7f) }

  /// The network that one subscriber usually has: for IPv4 the address itself, for IPv6 its /64 (RFC 6177 §2).
  public var network: String {
    isV4 ? description : networkAddress.description + "/64"
  }

  /// The address by which that network is known: for IPv4 the address itself, for IPv6 the first of its /64.
  public var networkAddress: IPAddress { isV4 ? self : IPAddress(high: high, low: 0) }

  private init(high: UInt64, low: UInt64) {
    (self.high, self.low) = (high, low)
  }

  /// Dotted decimal, or the canonical text of RFC 5952.
  public var description: String {
    if isV4 {
      // At most fifteen bytes: no memory is needed.
      return String(unsafeUninitializedCapacity: 15) { text in
        var end = 0
        for part in 0..<4 {
          if part > 0 { text[end] = UInt8(ascii: "."); end += 1 }
          let number = UInt8(truncatingIfNeeded: low >> UInt64(24 - 8 * part))
          if number >= 100 { text[end] = 0x30 + number / 100; end += 1 }
          if number >= 10 { text[end] = 0x30 + number / 10 % 10; end += 1 }
          text[end] = 0x30 + number % 10
          end += 1
        }
        return end
      }
    }
    var address = in6_addr()
    withUnsafeMutableBytes(of: &address) { bytes in
      bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
      bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return String(unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { out in
      out.withMemoryRebound(to: CChar.self) { text in
        guard inet_ntop(AF_INET6, &address, text.baseAddress, socklen_t(text.count)) != nil,
          let start = text.baseAddress
        else { return 0 }
        return strlen(start)
      }
    }
  }
}
