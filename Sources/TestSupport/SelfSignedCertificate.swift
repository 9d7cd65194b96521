internal import LocalStack

/// A key and a certificate for it, made with openssl, readable by the private servers; gone with the process.
public struct SelfSignedCertificate: Sendable {
  public let certificate: String
  public let key: String
  private let directory: PrivateDirectory

  public static func make(commonName: String) async throws -> SelfSignedCertificate {
    let installation = try PostgresInstallation.find()
    let directory = try PrivateDirectory.make(ownedBy: installation.owner)
    let (certificate, key) = (directory.path + "/certificate.pem", directory.path + "/key.pem")
    try await installation.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=\(commonName)", "-keyout", key, "-out", certificate,
      ]
    )
    return SelfSignedCertificate(certificate: certificate, key: key, directory: directory)
  }
}
