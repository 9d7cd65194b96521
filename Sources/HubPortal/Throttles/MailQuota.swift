/// How many mails an hour somebody who is not signed in can have sent to one address.
struct MailQuota: Sendable {
  /// 0 is no limit.
  let limit: Int

  static let period = Duration.seconds(60 * 60)

  func allows(oneMoreThan sent: Int64) -> Bool { limit == 0 || sent < limit }
}
