// Mail: what the platform writes to people.
//
// `MailComposer` renders a mail's subject, text and HTML in the recipient's language, from the templates and strings in `Resources`.
// The portals insert the result into `emails`, in the transaction of the token it carries; `MailDelivery` takes it from there.
// It knows nothing of SMTP, and neither does a server that only writes mails.
//
//     what happens                         what follows
//     a template or string is missing      the program does not start; a test renders every mail in every language
//     a language that is not there         English
