/// Writes the platform's mails: type, recipient, subject, text and HTML, ready to be queued.
///
/// Made once at start; composing a mail does no input or output and cannot fail.
public struct MailComposer: Sendable {
  let templates: MailTemplates
  let uiURL: String

  /// - Parameter uiURL: what links into the portal whose mails it composes begin with, without a trailing slash.
  /// - Throws: when the embedded templates are broken, which is a mistake in the program.
  public init(uiURL: String) throws(MailTemplateError) {
    templates = try MailTemplates.embedded.get()
    self.uiURL = uiURL
  }

  func compose(
    _ type: MailType,
    to address: String,
    language: String,
    validity: Validity,
    _ variables: [String: String]
  ) -> OutgoingMail {
    let rendered = templates.render(type, language: language, validity: validity, variables: variables)
    return OutgoingMail(
      type: type,
      to: address,
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html
    )
  }
}
