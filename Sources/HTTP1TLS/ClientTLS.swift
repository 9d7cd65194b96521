public import HTTP1
import NIOConcurrencyHelpers
public import NIOCore
import NIOSSL
public import ServiceRuntime

// HTTP1TLS: TLS for the connections of HTTP1's client. A module of its own, so that what uses HTTP1 without TLS, such
// as the fuzzer of the parsers, need not build a TLS library.

/// Encrypts connections to `https` endpoints, with full verification of certificates. The trust roots are read when
/// the first such endpoint is connected to; without them that connection fails.
public final class ClientTLS: HTTPClientTLS {
  public enum Trust: Sendable, Equatable {
    /// The operating system's roots.
    case system
    /// The certificates of a PEM file beside the operating system's roots.
    case systemAnd(file: String)
  }

  private let trust: Trust
  private let context = NIOLockedValueBox<NIOSSLContext?>(nil)

  public init(_ trust: Trust) {
    self.trust = trust
  }

  public func makeHandler(host: String) throws -> any ChannelHandler {
    let context = try context.withLockedValue { context in
      if let context { return context }
      var configuration = TLSConfiguration.makeClientConfiguration()
      if case .systemAnd(let file) = trust { configuration.additionalTrustRoots = [.file(file)] }
      let made = try NIOSSLContext(configuration: configuration)
      context = made
      return made
    }
    // RFC 6066 §3: an address is no server name; the certificate is checked against the peer's address then.
    return try NIOSSLClientHandler(
      context: context,
      serverHostname: HTTPEndpoint.isAddress(host) ? nil : host
    )
  }
}

extension ClientTLS {
  /// The additional roots for `https` endpoints of servers of one's own, such as a company's certificate authority.
  public static let certificateAuthorities = Setting(
    "INTERNAL_CA_FILE",
    .certificateAuthorities,
    default: ClientTLS.Trust.system,
    text: "",
    "PEM file of certificates that https endpoints of other regions are verified against, beside the system's"
  )
}

extension SettingType where Value == ClientTLS.Trust {
  fileprivate static let certificateAuthorities = SettingType(
    "a readable PEM file with at least one certificate"
  ) { path in
    let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
    return certificates.isEmpty ? nil : .systemAnd(file: path)
  }
}
