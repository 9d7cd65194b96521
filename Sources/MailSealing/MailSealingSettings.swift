public import ServiceRuntime

/// The settings of services that queue mails, and of those that deliver them.
public enum MailSealingSettings {
  /// The public keys, for all services that queue mails.
  public static let sealingKeys = Setting(
    "MAIL_SEALING_KEYS",
    .sealingKeys,
    default: [],
    text: "",
    "public keys that the bodies of queued mails are sealed for, newest first; the first one seals"
  )

  /// The private keys, for services that deliver mails and for no others.
  public static let openingKeys = Setting(
    "MAIL_OPENING_KEYS",
    .openingKeys,
    default: [],
    text: "",
    "private keys that open queued mails; those of all public keys that pending mails are sealed for"
  )

  /// The warning of a service that queues mails in the clear; nil if it seals them, or serves development or tests.
  /// - Parameter environmentLabel: the value of `ENV`.
  public static func warning(_ sealing: MailSealing, environmentLabel: String) -> String? {
    guard !sealing.isOn, !["ci", "dev"].contains(environmentLabel) else { return nil }
    return
      "MAIL_SEALING_KEYS is not set: whoever reads the database reads the codes and links of queued mails"
  }
}

extension SettingType where Value == [MailSealingKey] {
  static let sealingKeys = SettingType("public keys of 32 bytes in base64, separated by commas") { text in
    keys(text, MailSealingKey.init(base64:))
  }
}

extension SettingType where Value == [MailOpeningKey] {
  static let openingKeys = SettingType("private keys of 32 bytes in base64, separated by commas") { text in
    keys(text, MailOpeningKey.init(base64:))
  }
}

private func keys<Key>(_ text: String, _ read: (String) -> Key?) -> [Key]? {
  let items = text.split(separator: ",", omittingEmptySubsequences: false)
  let keys = items.compactMap { read($0.filter { !$0.isWhitespace }) }
  return keys.count == items.count ? keys : nil
}
