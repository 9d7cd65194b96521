internal import FoundationEssentials

/// A certificate authority of a test's own, made with openssl; its files are gone with this object.
public final class CertificateAuthority: Sendable {
  /// The paths of a certificate and its key.
  public struct Issued: Sendable, Hashable {
    public let certificate: String
    public let key: String
  }

  /// The path of its own certificate.
  public let certificate: String
  private let key: String
  private let directory: PrivateDirectory

  private init(_ directory: PrivateDirectory) {
    self.directory = directory
    certificate = directory.path + "/authority.pem"
    key = directory.path + "/authority.key"
  }

  public static func make() async throws -> CertificateAuthority {
    let authority = CertificateAuthority(try PrivateDirectory.make(ownedBy: nil))
    try await authority.openssl(
      newKey + ["-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", authority.key]
        + ["-out", authority.certificate]
    )
    return authority
  }

  /// Issues a certificate.
  /// - Parameter days: for how long it is valid; a negative number makes one that has expired
  public func issue(_ name: String, days: Int = 2) async throws -> Issued {
    let stem = directory.path + "/" + String(UInt32.random(in: .min ... .max), radix: 36)
    let issued = Issued(certificate: stem + ".pem", key: stem + ".key")
    try await openssl(
      Self.newKey + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", issued.key]
        + ["-out", stem + ".csr"]
    )
    try await openssl(
      ["x509", "-req", "-in", stem + ".csr", "-CA", certificate, "-CAkey", key, "-days", "\(days)"]
        + ["-copy_extensions", "copy", "-out", issued.certificate]
    )
    return issued
  }

  private static let newKey = [
    "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
  ]

  private func openssl(_ arguments: [String]) async throws {
    let process = try await TestProcess.start(
      ["openssl"] + arguments,
      name: "openssl",
      environment: ["PATH": "/usr/bin:/bin"]
    )
    guard try await process.waitForEnd() == .exit(0) else {
      throw TestProcess.Failure(description: process.log.tail)
    }
  }
}

extension CertificateAuthority.Issued {
  /// Puts another certificate and its key in the place of these.
  public func replace(with other: CertificateAuthority.Issued) throws {
    for (old, new) in [(key, other.key), (certificate, other.certificate)] {
      try Data(contentsOf: URL(filePath: new)).write(to: URL(filePath: old), options: .atomic)
    }
  }
}
