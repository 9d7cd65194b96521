// SMTP: from a mail's texts to "the mail server has accepted it". It knows no database.
//
//   Message/             a mail as an RFC 5322 message; pure
//   SMTPTransport        sends a message, or says why it was not accepted; tests replace it by a closure
//   SMTPConnectionPool   connections to one server, each an actor on a thread of its own (`ThreadExecutor`)
//   CurlSMTPSession      one connection: libcurl (`CurlHandle`), which blocks the thread, and the state of a dialogue
//                        (`SMTPDialogue`)
//
//     event                                   consequence
//     server refuses, is away or misbehaves   `SMTPError`, with the reply code if there was a reply
//     server says nothing any more            `SMTPError` when the limit for connecting or for the dialogue has passed
//     server ended an idle connection, or     the mail goes once more at once, over a new connection
//       replies 421 before it has the message
//     reply did not come, dialogue was ended  the connection is not used again: the next mail would get that reply
//     certificate not accepted                `SMTPError` that names it, the name expected and the settings
//     task cancelled, or it may not go on     the dialogue ends within a second; `SMTPError.aborted`
//     no encryption where it is required      `SMTPError` before anything is sent; credentials never travel unencrypted
//                                             except to this machine
