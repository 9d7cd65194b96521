// Outbox: the table `emails`, which both kinds of database have (the global one for administrators' mails).
//
// Mails are queued in the transaction that stores the token they carry, so that there is never one without the other.
// The trigger of the table notifies the worker; `MailQueue` claims a mail, has it delivered, and records the outcome.
// This module knows nothing of SMTP: the delivery is a function that the worker passes in. Bodies are sealed when they
// are queued and opened when they are claimed (module `MailSealing`); the rest of a row stays readable.
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

import FoundationEssentials
import GlobalDatabase
public import Mail
public import MailSealing
public import PostgresClient
import RegionalDatabase
import SystemPrimitives

extension OutgoingMail {
  /// The statement that queues this mail in a region's database, its bodies sealed if there is a key.
  public func insertion(sealedBy sealing: MailSealing) -> PostgresQuery {
    guard let type = RegionalDatabase.EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is not a mail type of a region")
    }
    let id = UUID()
    return RegionalDatabase.InsertEmail.query(
      emailID: id,
      emailType: type,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: sealing.seal(text, .text, of: id, to: to),
      emailHtmlBody: sealing.seal(html, .html, of: id, to: to),
      lifetimeMs: lifetime?.milliseconds
    )
  }

  /// The statement that queues this mail for administrators, in the global database; sealed as in a region's.
  public func globalInsertion(sealedBy sealing: MailSealing) -> PostgresQuery {
    guard let type = GlobalDatabase.EmailType(rawValue: type.rawValue) else {
      preconditionFailure("\(type.rawValue) is not a mail type for administrators")
    }
    let id = UUID()
    return GlobalDatabase.InsertEmail.query(
      emailID: id,
      emailType: type,
      emailTo: to,
      emailSubject: subject,
      emailTextBody: sealing.seal(text, .text, of: id, to: to),
      emailHtmlBody: sealing.seal(html, .html, of: id, to: to),
      lifetimeMs: lifetime?.milliseconds
    )
  }
}
