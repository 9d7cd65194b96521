import Glibc
public import NIOCore

/// An IPv4 or IPv6 address as 128 bits; IPv4 lives in `::ffff:0:0/96` (RFC 4291 §2.5.5.2), so that both ways in
/// which a dual-stack socket reports an IPv4 peer are the same address.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

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
      self = withUnsafeBytes(of: &v6) { IPAddress(v6: $0[...]) }
    } else {
      return nil
    }
  }

  /// The address of a connection's end; nil for a Unix socket.
  public init?(_ end: SocketAddress) {
    // The addresses' places in `sockaddr_in` and `sockaddr_in6`, as in all of Linux's ABIs.
    switch end {
    case .v4:
      self.init(
        v4: end.withSockAddr { end, _ in
          UnsafeRawPointer(end).loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        }
      )
    case .v6:
      self = end.withSockAddr { end, size in
        IPAddress(v6: UnsafeRawBufferPointer(start: end, count: size)[8..<24])
      }
    case .unixDomainSocket: return nil
    }
  }

  /// - Parameter v4: in network order
  private init(v4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(UInt32(bigEndian: v4)))
  }

  private init(v6: Slice<UnsafeRawBufferPointer>) {
    let bytes = UnsafeRawBufferPointer(rebasing: v6)
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  package var isV4: Bool { high == 0 && low >> 32 == 0xffff }

  /// Who one has to expect behind an address: for IPv4 the address, for IPv6 the /64 that one line usually has (RFC 6177 §2).
  public var network: String {
    isV4 ? description : IPAddress(high: high, low: 0).description + "/64"
  }

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
