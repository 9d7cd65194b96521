public import HTTP1
public import Logging
public import NIOCore
import NIOSSL
public import ServiceRuntime

// HTTP1TLS: TLS for the connections of HTTP1's client and server. A module of its own, so that what uses HTTP1 without
// TLS, such as the fuzzer of the parsers, need not build a TLS library.

/// The files with the certificates of connections between regions' servers.
public struct RegionCertificates: Sendable, Equatable {
  /// The authorities of the servers that are connected to, beside the operating system's; nil for none.
  public var authorities: String?
  /// The own certificate with those between it and the authority, and its key: shown to servers that ask for one, and
  /// to clients of the own listener.
  public var certificate: String?
  public var key: String?
  /// The only authorities of the clients of the own listener.
  public var clientAuthorities: String?

  public init(
    authorities: String? = nil,
    certificate: String? = nil,
    key: String? = nil,
    clientAuthorities: String? = nil
  ) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
    self.clientAuthorities = clientAuthorities
  }
}

/// TLS between regions: encrypts connections to `https` endpoints and those of the listener for other regions' servers,
/// with full verification of certificates on both sides. Files are read when the first connection needs them, and again
/// within `interval` of a change; connections that are open go on with what they began with.
public final class RegionTLS: HTTPClientTLS, HTTPServerTLS {
  /// The time between two looks at the files.
  public static let interval = Duration.seconds(2)

  private let client: ReloadedFiles
  private let server: ReloadedFiles?

  public init(_ files: RegionCertificates) {
    client = ReloadedFiles([files.authorities, files.certificate, files.key].compactMap(\.self)) {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      if let authorities = files.authorities { configuration.additionalTrustRoots = [.file(authorities)] }
      try configuration.show(files)
      return try NIOSSLContext(configuration: configuration)
    }
    server = files.clientAuthorities.map { authorities in
      ReloadedFiles([authorities, files.certificate, files.key].compactMap(\.self)) {
        var configuration = TLSConfiguration.makeServerConfiguration(
          certificateChain: [],
          privateKey: .file(files.key ?? "")
        )
        configuration.minimumTLSVersion = .tlsv12
        try configuration.show(files)
        // A client without a certificate is refused. Its name is nobody's business: the signature says who it is.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .file(authorities)
        return try NIOSSLContext(configuration: configuration)
      }
    }
  }

  public func makeHandler(host: String) throws -> any ChannelHandler {
    // RFC 6066 §3: an address is no server name; the certificate is checked against the peer's address then.
    try NIOSSLClientHandler(
      context: client.context(),
      serverHostname: HTTPEndpoint.isAddress(host) ? nil : host
    )
  }

  public func makeHandler() throws -> any ChannelHandler {
    guard let server else { throw NIOSSLError.failedToLoadCertificate }
    return NIOSSLServerHandler(context: try server.context())
  }

  /// Looks at the files now.
  public func renew(_ logger: Logger) async {
    await client.renew(logger)
    await server?.renew(logger)
  }

  /// Looks at the files again and again until the task is cancelled.
  public func run(_ logger: Logger) async {
    while !Task.isCancelled {
      await renew(logger)
      try? await Task.sleep(for: Self.interval)
    }
  }
}

extension TLSConfiguration {
  fileprivate mutating func show(_ files: RegionCertificates) throws {
    guard let certificate = files.certificate, let key = files.key else { return }
    certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
    privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
  }
}

extension RegionCertificates {
  /// Reads the settings.
  /// - Parameter hasListener: the service has a listener for other regions' servers
  public init(_ reader: inout SettingsReader, hasListener: Bool) {
    authorities = reader.read(Self.authoritiesSetting)
    certificate = reader.read(Self.certificateSetting)
    key = reader.read(Self.keySetting)
    for (setting, other) in [
      (Self.certificateSetting, Self.keySetting), (Self.keySetting, Self.certificateSetting),
    ] where reader.isSet(setting.name) && !reader.isSet(other.name) {
      reader.note(setting.name, "is set alone", "\(other.name) beside it")
    }
    if let certificate, let key, !Self.areOne(certificate, key) {
      reader.note(Self.keySetting.name, "is not the key of INTERNAL_CERT_FILE", "the certificate's key")
    }
    guard hasListener else { return }
    clientAuthorities = reader.read(Self.clientAuthoritiesSetting)
    if clientAuthorities != nil, certificate == nil {
      reader.note(
        Self.clientAuthoritiesSetting.name,
        "is set alone",
        "INTERNAL_CERT_FILE and INTERNAL_KEY_FILE beside it"
      )
    }
  }

  private static func areOne(_ certificate: String, _ key: String) -> Bool {
    var configuration = TLSConfiguration.makeClientConfiguration()
    do {
      try configuration.show(RegionCertificates(certificate: certificate, key: key))
      _ = try NIOSSLContext(configuration: configuration)
      return true
    } catch {
      return false
    }
  }

  static let authoritiesSetting = Setting(
    "INTERNAL_CA_FILE",
    .certificates,
    default: nil,
    text: "",
    "PEM file of certificates that https endpoints of other regions are verified against, beside the system's"
  )
  static let certificateSetting = Setting(
    "INTERNAL_CERT_FILE",
    .certificates,
    default: nil,
    text: "",
    "PEM file of the certificate that is shown to other regions' servers, and of those between it and its authority"
  )
  static let keySetting = Setting(
    "INTERNAL_KEY_FILE",
    .privateKey,
    default: nil,
    text: "",
    "PEM file of the key of INTERNAL_CERT_FILE"
  )
  public static let clientAuthoritiesSetting = Setting(
    "INTERNAL_CLIENT_CA_FILE",
    .certificates,
    default: nil,
    text: "",
    "PEM file of the only authorities whose certificates clients of INTERNAL_HTTP_PORT must show; "
      + "else it takes plain connections"
  )
}

extension SettingType where Value == String? {
  fileprivate static let certificates = SettingType("a readable PEM file with at least one certificate") {
    path in
    let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
    return certificates.isEmpty ? nil : .some(path)
  }

  fileprivate static let privateKey = SettingType("a readable PEM file with a private key") { path in
    (try? NIOSSLPrivateKey(file: path, format: .pem)) == nil ? nil : .some(path)
  }
}
