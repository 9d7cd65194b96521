import CCurl

/// What an operator has to know about a certificate that was not accepted.
enum CertificateProblem {
  private static let timeLimit = Duration.seconds(5)
  /// The fields that say whose certificate it is, as libcurl calls them.
  private static let shownFields = [
    "Subject": "subject", "X509v3 Subject Alternative Name": "names", "Issuer": "issuer",
    "Expire date": "valid until",
  ]
  /// The longest value that is shown, in characters: the server chooses it.
  private static let longestValue = 200

  /// Names the reason, the certificate, the name that was expected, and the settings on which that depends.
  static func description(reason: String, _ settings: SMTPSettings) -> String {
    let certificate = certificate(of: settings)
    return "the server's certificate is not accepted: \(reason)"
      + "; certificate: \(certificate.isEmpty ? "unknown" : certificate)"
      + "; expected for \(settings.host) (SMTP_HOST)"
      + "; signed by an authority of the system or of SMTP_CA_FILE"
  }

  /// Reads the certificate on a connection of its own, which ends before credentials or a mail: libcurl tells nothing
  /// of one that it does not accept. Blocks for five seconds at most; empty when the server shows none.
  private static func certificate(of settings: SMTPSettings) -> String {
    guard let curl = try? CurlHandle() else { return "" }
    do throws(SMTPError) {
      try curl.configure(for: settings)
      try curl.set(CURLOPT_SSL_VERIFYPEER, 0)
      try curl.set(CURLOPT_SSL_VERIFYHOST, 0)
      try curl.set(CURLOPT_CERTINFO, 1)
      try curl.set(CURLOPT_CONNECT_ONLY, 1)
      try curl.set(CURLOPT_TIMEOUT_MS, timeLimit)
    } catch {
      return ""
    }
    _ = curl.perform()
    defer { curl.hangUp() }
    return shown(curl.certificateFields)
  }

  /// The fields of interest, in the certificate's order.
  static func shown(_ fields: [String]) -> String {
    fields.compactMap { field in
      let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = shownFields[String(parts[0])] else { return nil }
      let printable = parts[1].unicodeScalars.filter { $0.properties.generalCategory != .control }
      return "\(name) \(String(String.UnicodeScalarView(printable)).prefix(longestValue))"
    }.joined(separator: ", ")
  }
}
