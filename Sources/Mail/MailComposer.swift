/// Writes the platform's mails: type, recipient, subject, text and HTML, ready to be queued.
///
/// Made once at start; composing a mail does no input or output and cannot fail.
public struct MailComposer: Sendable {
  let templates: MailTemplates
  let uiURL: String

  /// Makes a composer for the mails of one portal.
  /// - Parameter uiURL: the beginning of all links into the portal, without a trailing slash.
  /// - Throws: when the embedded templates are broken, which is a mistake in the program.
  public init(uiURL: String) throws(MailTemplateError) {
    templates = try MailTemplates.embedded.get()
    self.uiURL = uiURL
  }

  func compose(
    _ type: MailType,
    to address: String,
    language: String,
    validity: Validity?,
    lifetime: Duration?,
    _ variables: [String: String]
  ) -> OutgoingMail {
    let rendered = templates.render(type, language: language, validity: validity, variables: variables)
    return OutgoingMail(
      type: type,
      to: address,
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html,
      lifetime: lifetime
    )
  }
}

/// A mail ready to be queued: exactly what a row of `emails` holds.
public struct OutgoingMail: Equatable, Sendable {
  public let type: MailType
  /// The recipient's address.
  public let to: String
  public let subject: String
  public let text: String
  public let html: String
  /// The validity of what it carries, counted from when it is queued: after that it is not sent any more. nil: it may
  /// be sent at any time.
  public let lifetime: Duration?
}

// The administrators' mails. `language` is the recipient's language tag; a language without translation is sent in
// en-US. Tokens are bare, 64 hexadecimal digits.

extension MailComposer {
  /// The second factor of a login.
  /// - Parameter code: six decimal digits.
  public func adminTFA(to address: String, code: String, lifetime: Duration, language: String) -> OutgoingMail
  {
    compose(
      .adminTFA,
      to: address,
      language: language,
      validity: .code(lifetime),
      lifetime: lifetime,
      ["code": code]
    )
  }

  /// The link with which an administrator sets a new password without the old one.
  public func adminPasswordReset(
    to address: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      .adminPasswordReset,
      to: address,
      language: language,
      validity: .link(lifetime),
      lifetime: lifetime,
      ["link": "\(uiURL)/reset-password?token=\(token)"]
    )
  }

  /// The link with which an invited administrator sets up the account.
  /// - Parameter inviter: full name, or address if there is none.
  public func adminInvitation(
    to address: String,
    inviter: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      .adminInvitation,
      to: address,
      language: language,
      validity: .invitation(lifetime),
      lifetime: lifetime,
      [
        "link": "\(uiURL)/complete-setup?token=\(token)", "inviter": Self.inOneLine(inviter),
      ]
    )
  }
}

/// The validity of a code or a link as a mail states it: rounded up, in one unit.
enum Validity: Equatable, Sendable {
  case minutes(Int)
  case hours(Int)
  case days(Int)
  /// The minutes of a login code, never one: test tools and translations rely on the plural.
  case codeMinutes(Int)
  case codeAtMostTwoMinutes

  /// Whole hours from one hour up, else minutes.
  static func link(_ lifetime: Duration) -> Validity {
    lifetime >= .seconds(3600) ? .hours(roundedUp(lifetime, 3600)) : .minutes(max(1, roundedUp(lifetime, 60)))
  }

  /// Whole days from one day up, else as a link.
  static func invitation(_ lifetime: Duration) -> Validity {
    lifetime >= .seconds(86_400) ? .days(roundedUp(lifetime, 86_400)) : link(lifetime)
  }

  static func code(_ lifetime: Duration) -> Validity {
    let minutes = roundedUp(lifetime, 60)
    return minutes <= 1 ? .codeAtMostTwoMinutes : .codeMinutes(minutes)
  }

  /// The key in `validity.json`. Languages with more plural forms than two get more keys here.
  var key: String {
    switch self {
    case .minutes(let count): count == 1 ? "minutes_one" : "minutes_other"
    case .hours(let count): count == 1 ? "hours_one" : "hours_other"
    case .days(let count): count == 1 ? "days_one" : "days_other"
    case .codeMinutes: "code_minutes_other"
    case .codeAtMostTwoMinutes: "code_minutes_at_most_two"
    }
  }

  var count: Int {
    switch self {
    case .minutes(let count), .hours(let count), .days(let count), .codeMinutes(let count): count
    case .codeAtMostTwoMinutes: 2
    }
  }

  private static func roundedUp(_ lifetime: Duration, _ unit: Int64) -> Int {
    let (seconds, attoseconds) = lifetime.components
    let whole = seconds + (attoseconds > 0 ? 1 : 0)
    return Int((whole + unit - 1) / unit)
  }
}

/// Breaks up numbers in names and addresses that look like a one-time password (OTP).
///
/// Test tools and mail programs take the first six digits that stand alone in a mail for the login code, as the regular
/// expression `\b[0-9]{6}\b` does. Nothing else in a mail may match, and names and addresses are chosen by users.
enum OTPLookalikes {
  /// Inserts a word joiner (U+2060), which is invisible, in the middle of each such number.
  static func broken(_ text: String) -> String {
    var broken = String.UnicodeScalarView()
    var word = String.UnicodeScalarView()
    func end() {
      let isCode = word.count == 6 && word.allSatisfy { $0.properties.numericType == .decimal }
      for (index, scalar) in word.enumerated() {
        if isCode, index == 3 { broken.append("\u{2060}") }
        broken.append(scalar)
      }
      word = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      if scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        word.append(scalar)
      } else {
        end()
        broken.append(scalar)
      }
    }
    end()
    return String(broken)
  }
}
