/// Chooses the language of a mail among those that exist.
enum MailLanguage {
  static let standard = "en-US"

  /// The exact tag, else another one of the same primary language, else `en-US`; letter case does not matter
  /// (RFC 5646 §2.1.1). Whatever is malformed or unknown matches nothing and gets `en-US`.
  static func choose(_ wanted: String, among available: [String]) -> String {
    let wanted = wanted.lowercased()
    if let exact = available.first(where: { $0.lowercased() == wanted }) { return exact }
    let primary = primarySubtag(wanted)
    return available.sorted().first { primarySubtag($0.lowercased()) == primary } ?? standard
  }

  /// `en` of `en-US`: the value of the HTML attribute `lang`.
  static func primarySubtag(_ tag: String) -> String {
    String(tag.prefix { $0 != "-" })
  }
}
