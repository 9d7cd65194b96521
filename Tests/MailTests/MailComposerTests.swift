import Testing

@testable import Mail

@Suite struct MailComposerTests {
  static let token = String(repeating: "0123456789abcdef", count: 4)
  let composer: MailComposer

  init() throws {
    composer = try MailComposer(uiURL: "https://hub.example")
  }

  func everyMail() -> [OutgoingMail] {
    [
      composer.hubSignupVerification(to: "a@example.com", token: Self.token, lifetime: .seconds(86_400)),
      composer.hubTFA(to: "a@example.com", code: "004217", lifetime: .seconds(600), language: "en-US"),
      composer.hubPasswordReset(
        to: "a@example.com",
        token: "IND1-\(Self.token)",
        lifetime: .seconds(3600),
        language: "en-US"
      ),
      composer.hubEmailVerification(
        to: "a@example.com",
        token: "IND1-\(Self.token)",
        lifetime: .seconds(3600),
        language: "en-US"
      ),
      composer.adminTFA(to: "a@example.com", code: "004217", lifetime: .seconds(600), language: "en-US"),
      composer.adminPasswordReset(
        to: "a@example.com",
        token: Self.token,
        lifetime: .seconds(3600),
        language: "en-US"
      ),
      composer.adminInvitation(
        to: "a@example.com",
        inviter: "Ada\n\tLovelace",
        token: Self.token,
        lifetime: .seconds(604_800),
        language: "en-US"
      ),
    ]
  }

  @Test func theCodeMailIsComplete() {
    let mail = composer.hubTFA(
      to: "a@example.com",
      code: "004217",
      lifetime: .seconds(600),
      language: "en-US"
    )
    #expect(mail.type.rawValue == "hub_tfa")
    #expect(mail.to == "a@example.com")
    #expect(mail.subject == "Vetchium Verification Code")
    #expect(
      mail.text == """
        Vetchium Hub

        Your verification code is:

        004217

        It will expire in 10 minutes.

        If you did not try to log in, ignore this mail and never pass the code on. \
        If in doubt, change your password and contact support.

        This is an automated message. Replies to it are not read.

        """
    )
    #expect(mail.html.contains(#"<html lang="en">"#))
    #expect(mail.html.contains(">004217</p>"))
    #expect(mail.html.contains(">Vetchium Hub</h1>"))
    #expect(mail.html.contains("10 minutes"))
  }

  @Test(arguments: [
    (MailType.hubSignupVerification, "https://hub.example/signup/verify?token=\(token)"),
    (.hubPasswordReset, "https://hub.example/reset-password?token=IND1-\(token)"),
    (.hubEmailVerification, "https://hub.example/verify-email?token=IND1-\(token)"),
    (.adminPasswordReset, "https://hub.example/reset-password?token=\(token)"),
    (.adminInvitation, "https://hub.example/complete-setup?token=\(token)"),
  ])
  func linksStandInTextAndHTML(type: MailType, link: String) throws {
    let mail = try #require(everyMail().first { $0.type == type })
    #expect(mail.text.split(separator: "\n").contains(link[...]), "unbroken, on its own line")
    #expect(mail.html.contains(#"href="\#(link)""#))
    #expect(mail.html.contains(">\(link)</a>"))
  }

  @Test func onlyTheCodeMailHasASixDigitNumber() throws {
    let sixDigits = try Regex(#"\b\d{6}\b"#)
    for mail in everyMail() {
      let found = [mail.subject, mail.text, mail.html].flatMap { $0.matches(of: sixDigits) }.map {
        $0.output[0]
      }
      #expect(
        found.compactMap(\.substring)
          == ([.hubTFA, .adminTFA].contains(mail.type) ? ["004217", "004217"] : [])
      )
    }
  }

  @Test func everyTypeIsComposedAndSaysWhatItMust() {
    #expect(Set(everyMail().map(\.type)) == Set(MailType.allCases))
    for mail in everyMail() {
      #expect(!mail.text.contains("{{") && !mail.html.contains("{{") && !mail.html.contains("&lt;"))
      #expect(mail.text.contains("will expire in "))
      #expect(mail.text.contains("automated message") && mail.html.contains("automated message"))
      #expect(!mail.subject.isEmpty)
    }
  }

  @Test func variablesAreTextEverywhere() {
    let address = "\"\u{301}<b>&'{{link}}@example.com"
    let mail = composer.hubEmailVerification(
      to: address,
      token: "IND1-x",
      lifetime: .seconds(60),
      language: "en-US"
    )
    #expect(mail.text.contains(address))
    #expect(mail.html.contains("&quot;\u{301}&lt;b&gt;&amp;&#39;{{link}}@example.com"))
  }

  @Test(arguments: ["", "fr-FR", "xyz-123", "en-GB", "EN-us"])
  func everyLanguageTagGivesAMail(tag: String) {
    let mail = composer.hubTFA(to: "a@example.com", code: "123456", lifetime: .seconds(15), language: tag)
    #expect(mail.text.contains("It will expire in at most 2 minutes."))
  }
}
