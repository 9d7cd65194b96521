import GlobalDatabase
public import Mail
public import PostgresClient
import RegionalDatabase

// The statements that queue a mail; each runs in the transaction of the token that the mail carries.
extension OutgoingMail {
  /// Into a region's queue.
  public var insertion: PostgresQuery {
    guard let type = RegionalDatabase.EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is no mail of a region")
    }
    return RegionalDatabase.InsertEmail.query(
      emailType: type,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: text,
      emailHtmlBody: html
    )
  }

  /// Into the queue of the global database, for administrators.
  public var globalInsertion: PostgresQuery {
    guard let type = GlobalDatabase.EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is no mail to administrators")
    }
    return GlobalDatabase.InsertEmail.query(
      emailType: type,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: text,
      emailHtmlBody: html
    )
  }
}
