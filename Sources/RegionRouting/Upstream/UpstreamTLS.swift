import NIOSSL
import ServiceKit
import Synchronization

/// TLS towards `https` endpoints, with the operating system's trust roots and full verification. The trust roots are
/// read when the first such endpoint is connected to; without them that connection fails.
final class UpstreamTLS: Sendable {
  private let context = Mutex<NIOSSLContext?>(nil)

  func handler(for host: String) throws -> NIOSSLClientHandler {
    let context = try context.withLock { context in
      if let context { return context }
      let made = try NIOSSLContext(configuration: .makeClientConfiguration())
      context = made
      return made
    }
    // RFC 6066 §3: an address is no server name; the certificate is checked against the peer's address then.
    return try NIOSSLClientHandler(context: context, serverHostname: IPAddress(host) == nil ? host : nil)
  }
}
