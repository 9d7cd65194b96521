// Mail: the texts of all mails. It is pure: no database, no network, no clock.
//
// `MailComposer` renders a mail's subject, text and HTML in the recipient's language, from the templates and strings in
// `Resources`. Templates are Mustache; `make generate` expands their layouts and embeds the result, so that only
// placeholders are left for the running program, which carries no template engine.
// The portals insert the result into `emails` with module `Outbox`, in the transaction of the token it carries.
//
//     event                                consequence
//     a template or string is missing      the program does not start; a test renders every mail in every language
//     a tag that is no placeholder         refused when embedded, and at start
//     a language without translation       American English
