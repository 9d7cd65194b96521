// Outbox: the table `emails`, which both kinds of database have (the global one for administrators' mails).
//
// Mails are queued in the transaction that stores the token they carry, so that there is never one without the other.
// The trigger of the table notifies the worker; `MailQueue` claims a mail, has it delivered, and records the outcome.
// This module knows nothing of SMTP: the delivery is a function that the worker passes in.
//
// A row of the outbox:
//
//     pending ──accepted──▶ sent        (both bodies are blanked: they hold usable codes and links)
//        │ ▲
//        │ └─refused, attempts left──   waits 1, 5, 30, 120, 120 … minutes; login codes 5 and 20 seconds before
//        ├──refused, the last attempt─▶ failed
//        └──its code or link expired──▶ cancelled
//
// Claim, delivery, attempt row and new status are one transaction that holds the row's lock (SKIP LOCKED, so that
// each mail has one worker). BackgroundWork/MailDelivery says what follows from each failure.

import GlobalDatabase
public import Mail
public import PostgresClient
import RegionalDatabase
import SystemPrimitives

extension OutgoingMail {
  /// The statement that queues this mail in a region's database.
  public var insertion: PostgresQuery {
    guard let type = RegionalDatabase.EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is not a mail type of a region")
    }
    return RegionalDatabase.InsertEmail.query(
      emailType: type,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: text,
      emailHtmlBody: html,
      lifetimeMs: lifetime?.milliseconds
    )
  }

  /// The statement that queues this mail in the global database, for administrators.
  public var globalInsertion: PostgresQuery {
    guard let type = GlobalDatabase.EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is not a mail type for administrators")
    }
    return GlobalDatabase.InsertEmail.query(
      emailType: type,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: text,
      emailHtmlBody: html,
      lifetimeMs: lifetime?.milliseconds
    )
  }
}
