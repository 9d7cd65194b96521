import Mail
import PostgresClient
import RegionalDatabase

extension OutgoingMail {
  /// The statement that queues the mail; it runs in the transaction of the token that the mail carries.
  var insertion: PostgresQuery {
    InsertEmail.query(
      emailType: type.column,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: text,
      emailHtmlBody: html
    )
  }
}

extension MailType {
  fileprivate var column: EmailType {
    guard let column = EmailType(rawValue: rawValue) else {
      preconditionFailure("\(rawValue) is no mail of a region")
    }
    return column
  }
}
