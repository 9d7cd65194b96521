// Writes one page per mail and language, as recipients see it, for judging the layout; `make mail-preview` makes
// pictures of them. No service uses it.

import FoundationEssentials
import Mail

@main
enum MailPreview {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: mail-preview FOLDER")
      return
    }
    let folder = URL(filePath: CommandLine.arguments[1])
    let composer = try MailComposer(uiURL: "https://hub.vetchium.example")
    for language in ["en-US", "de-DE", "ta-IN"] {
      for mail in MailSamples.every(composer, language: language) {
        let name = "\(mail.type.rawValue).\(language)"
        try Data(mail.html.utf8).write(to: folder.appending(path: "\(name).html"))
        try Data("Subject: \(mail.subject)\n\n\(mail.text)".utf8).write(
          to: folder.appending(path: "\(name).txt")
        )
      }
    }
  }
}
