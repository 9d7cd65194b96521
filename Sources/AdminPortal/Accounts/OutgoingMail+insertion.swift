import GlobalDatabase
import Mail
import PostgresClient

extension OutgoingMail {
  /// The statement that queues the mail; it runs in the transaction of the token that the mail carries.
  var insertion: PostgresQuery {
    guard let column = EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is no mail to administrators")
    }
    return InsertEmail.query(
      emailType: column,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: text,
      emailHtmlBody: html
    )
  }
}
