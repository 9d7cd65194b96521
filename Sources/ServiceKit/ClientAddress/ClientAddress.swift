public import NIOCore
public import SystemPrimitives

/// Who the client is, behind a chain of proxies.
public enum ClientAddress {
  /// Follows `X-Forwarded-For` from the peer outwards for as long as the hop that wrote an entry is trusted: the
  /// rightmost address that is not ours is the client; what lies left of it is whatever the client chose to send.
  ///
  /// - Parameters:
  ///   - peer: the other end of the connection; nil when it has no IP address (Unix socket), which nobody from
  ///     outside can reach and which therefore counts as trusted
  ///   - forwardedFor: the values of all `X-Forwarded-For` lines, in order
  ///   - trusted: whose entries are believed
  ///   - peerIsSigned: the request bears a valid signature of another region's server
  public static func believed(
    peer: IPAddress?,
    forwardedFor: [String],
    trusted: TrustedProxies,
    peerIsSigned: Bool = false
  ) -> IPAddress? {
    var client = peer
    var isTrusted = peerIsSigned || peer.map(trusted.contains) ?? true
    guard isTrusted else { return client }
    let entries = forwardedFor.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    for entry in entries.reversed() {
      guard isTrusted, let address = address(in: entry) else { break }
      client = address
      isTrusted = trusted.contains(address)
    }
    return client
  }

  /// An entry is an address, perhaps with a port: `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`.
  private static func address(in entry: Substring) -> IPAddress? {
    var text = entry.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      return IPAddress(text[text.index(after: text.startIndex)..<end])
    }
    if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
      return IPAddress(text[..<colon])
    }
    return IPAddress(text)
  }
}

extension IPAddress {
  /// The address of a connection's end; nil for a Unix socket.
  public init?(_ end: SocketAddress) {
    // The places of the addresses in `sockaddr_in` and `sockaddr_in6` are the same in all of Linux's ABIs.
    switch end {
    case .v4:
      self.init(
        v4: end.withSockAddr { end, _ in
          UnsafeRawPointer(end).loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        }
      )
    case .v6:
      self = end.withSockAddr { end, size in
        IPAddress(
          v6: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: end, count: size)[8..<24])
        )
      }
    case .unixDomainSocket: return nil
    }
  }
}
