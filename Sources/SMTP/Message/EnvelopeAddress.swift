/// What may stand in an SMTP command and in an address field without quoting.
enum EnvelopeAddress {
  /// Printable ASCII without white space, brackets, quotation marks and list separators, with one `@` inside:
  /// narrower than RFC 5321 §4.1.2, and no way to smuggle in a second command or recipient.
  static func isSafe(_ address: String) -> Bool {
    let forbidden: Set<Unicode.Scalar> = ["<", ">", "\"", ",", ";", ":", "\\", "(", ")", "[", "]"]
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    return address.utf8.count <= 320 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && address.unicodeScalars.allSatisfy { ("!"..."~").contains($0) && !forbidden.contains($0) }
  }
}
