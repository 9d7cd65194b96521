public import PostgresClient

/// The mails of the flows, as the statements that queue them.
public struct AccountMails: Sendable {
  /// - Parameters: recipient's address; code or token as the recipient gets it; how long it is valid; language tag.
  public typealias Mail =
    @Sendable (
      _ address: String, _ secret: String, _ lifetime: Duration, _ language: String
    ) -> PostgresQuery

  let tfaCode: Mail
  let passwordReset: Mail

  public init(tfaCode: @escaping Mail, passwordReset: @escaping Mail) {
    self.tfaCode = tfaCode
    self.passwordReset = passwordReset
  }
}
