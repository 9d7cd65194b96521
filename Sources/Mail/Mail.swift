// Mail: what the platform writes to people.
//
// `MailComposer` renders a mail's subject, text and HTML in the recipient's language, from the templates and strings in `Resources`.
// Templates are Mustache; when they are embedded (`make generate`) their layouts are taken out, and only placeholders are left for
// the running program, which so carries no template engine and nothing of what that needs.
// The portals insert the result into `emails`, in the transaction of the token it carries; `MailDelivery` takes it from there.
// It knows nothing of SMTP, and neither does a server that only writes mails.
//
//     what happens                         what follows
//     a template or string is missing      the program does not start; a test renders every mail in every language
//     a tag that is no placeholder         refused when embedded, and at start
//     a language that is not there         American English
