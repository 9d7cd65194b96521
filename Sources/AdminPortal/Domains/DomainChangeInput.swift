import API
import Vocabulary

/// The body of the three endpoints that change the list.
struct DomainChangeInput: RequestInput {
  let name: DomainName
  let reason: Reason

  init?(_ decoder: inout InputDecoder) {
    let name = decoder.required("domain_name", as: DomainName.self)
    let reason = decoder.required("reason", as: Reason.self)
    guard let name, let reason else { return nil }
    self.name = name
    self.reason = reason
  }
}

/// Why an administrator does something: 1–256 Unicode scalar values, trimmed.
struct Reason: StringParsable {
  static let rule = StringRule.text("1 to 256 characters")

  let text: String

  init(_ raw: String) throws(InvalidValue) {
    let trimmed = raw.trimmingWhitespace
    guard (1...256).contains(trimmed.unicodeScalars.count) else {
      throw InvalidValue("must be 1 to 256 characters long")
    }
    guard !trimmed.unicodeScalars.contains("\0") else {
      throw InvalidValue("must not contain the character U+0000")
    }
    text = String(trimmed)
  }
}
