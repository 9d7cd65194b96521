// MailDelivery: from a row of `emails` to "the SMTP server has accepted it".
//
//   Outbox    MailQueue: the table, from which rows are claimed and in which outcomes are recorded.
//   Worker    MailWorker takes due rows, has a DeliveryAgent send them, and lets some go at once.
//   Message   The row as an RFC 5322 message. Pure.
//   SMTP      SMTPTransport: libcurl, on threads of its own.
//
// A row of the outbox:
//
//     pending ──accepted──▶ sent        (both bodies are blanked: they hold usable codes and links)
//        │ ▲
//        │ └─refused, attempts left──   waits 1, 5, 30, 120, 120 … minutes
//        └──refused, the last attempt─▶ failed
//
// Claim, SMTP dialogue, attempt row and new status are one transaction that holds the row's lock:
//
//     what happens                         what follows
//     SMTP server refuses, or is away      attempt row with the reason; wait; other mails go on
//     worker killed before the answer      row unlocked and still pending, no attempt row; sent by the next worker
//     killed between answer and commit     the same: sent again with the same Message-ID, recipients can tell
//     database lost between the two        the worker remembers, and records what it claims again instead of sending it
//     database away                        nothing is sent without a claim; the worker tries again
//     two workers at once                  SKIP LOCKED: each row has one
//     leadership lost, worker asked to     what is not handed over is broken off when trust or grace ends; the answer to what
//       stop                               has been is waited for, since only it tells whether the mail was accepted
