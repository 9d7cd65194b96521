import Testing

@testable import Mail

@Suite struct MailComposerTests {
  static let token = MailSamples.token
  let composer: MailComposer

  init() throws {
    composer = try MailComposer(uiURL: "https://hub.example")
  }

  func everyMail(_ language: String = "en-US") -> [OutgoingMail] {
    MailSamples.every(composer, language: language)
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
    (.orgSignupToken, "https://hub.example/complete-signup?token=\(token)"),
    (.orgInvitation, "https://hub.example/complete-setup?token=IND1-\(token)"),
    (.orgPasswordReset, "https://hub.example/reset-password?token=IND1-\(token)"),
    (.agencySignupToken, "https://hub.example/complete-signup?token=\(token)"),
    (.agencyInvitation, "https://hub.example/complete-setup?token=IND1-\(token)"),
    (.agencyPasswordReset, "https://hub.example/reset-password?token=IND1-\(token)"),
  ])
  func linksStandInTextAndHTML(type: MailType, link: String) throws {
    let mail = try #require(everyMail().first { $0.type == type })
    #expect(mail.text.split(separator: "\n").contains(link[...]), "unbroken, on its own line")
    #expect(mail.html.contains(#"href="\#(link)""#))
    #expect(mail.html.contains(">\(link)</a>"))
  }

  @Test(arguments: ["en-US", "de-DE", "ta-IN"])
  func onlyTheCodeMailHasASixDigitNumber(language: String) throws {
    let sixDigits = try Regex(#"\b\d{6}\b"#)
    let withCode: [MailType] = [.hubTFA, .orgTFA, .agencyTFA, .adminTFA]
    for mail in everyMail(language) {
      let found = [mail.subject, mail.text, mail.html].flatMap { $0.matches(of: sixDigits) }.map {
        $0.output[0]
      }
      #expect(
        found.compactMap(\.substring) == (withCode.contains(mail.type) ? ["004217", "004217"] : []),
        "\(mail.type)"
      )
    }
  }

  /// Names and addresses can look like a code, and must not be taken for one.
  @Test func namesAndAddressesHoldNoCode() throws {
    let sixDigits = try Regex(#"\b\d{6}\b"#)
    let mails = [
      composer.hubEmailVerification(
        to: "anna.482915@example.com",
        token: "x",
        lifetime: .seconds(60),
        language: "en-US"
      ),
      composer.adminInvitation(
        to: "a@example.com",
        inviter: "admin-482915@x.example",
        token: "x",
        lifetime: .seconds(60),
        language: "en-US"
      ),
    ]
    for mail in mails {
      for part in [mail.subject, mail.text, mail.html] {
        #expect(part.firstMatch(of: sixDigits) == nil, "\(part)")
      }
      #expect(mail.text.contains("482\u{2060}915"))
    }
    for text in ["1234567", "12345", "a123456", "123456_", "123-456"] {
      #expect(OTPLookalikes.broken(text) == text)
    }
  }

  /// The marks by which test tools tell a tenant's two signup mails apart.
  @Test(arguments: ["en-US", "de-DE", "ta-IN"], [TenantMails.org, .agency])
  func theSecretIsInOneMailAndTheRecordInTheOther(language: String, mails: TenantMails) throws {
    let all = everyMail(language)
    let record = try #require(all.first { $0.type == mails.signupVerification })
    let link = try #require(all.first { $0.type == mails.signupToken })
    for part in [record.text, record.html] {
      #expect(part.contains("_vetchium-verify.acme.example") && part.contains("TXT") && part.contains("300"))
      #expect(part.firstMatch(of: /\b[a-f0-9]{64}\b/)?.0.description == MailSamples.dnsToken)
      #expect(
        !part.contains(Self.token) && !part.contains("Private Link") && !part.contains("DO NOT FORWARD")
      )
    }
    for part in [link.text, link.html] {
      #expect(part.firstMatch(of: /\b[a-f0-9]{64}\b/)?.0.description == Self.token)
      #expect(!part.contains(MailSamples.dnsToken) && part.contains("acme.example"))
    }
    #expect(link.text.split(separator: "\n").contains(Self.token[...]), "once more, alone on a line")
    #expect(record.subject.contains("DNS"))
    guard language == "en-US" else { return }
    #expect(link.subject.contains("Private Link") && link.text.contains("DO NOT FORWARD"))
  }

  @Test(arguments: [
    (MailType.orgInvitation, ["Invited"]), (.agencyInvitation, ["Invited"]), (.adminInvitation, ["Invited"]),
    (.orgPasswordReset, ["Reset", "Password"]), (.agencyPasswordReset, ["Reset", "Password"]),
    (.hubPasswordReset, ["Reset", "Password"]), (.adminPasswordReset, ["Reset", "Admin"]),
    (.orgTFA, ["Verification Code"]), (.agencyTFA, ["Verification Code"]),
  ])
  func subjectsSayWhatToolsLookFor(type: MailType, words: [String]) throws {
    let mail = try #require(everyMail().first { $0.type == type })
    for word in words { #expect(mail.subject.contains(word)) }
  }

  @Test func employersAndAgenciesHaveTheSameMailsUnderTheirOwnName() throws {
    let all = everyMail()
    let invitation = try #require(all.first { $0.type == .orgInvitation })
    #expect(invitation.text.contains("Ada Lovelace invites you to work with acme.example"))
    #expect(invitation.html.contains(">Vetchium for Employers</h1>") && invitation.text.contains("7 days"))
    let other = try #require(all.first { $0.type == .agencyInvitation })
    #expect(other.text == invitation.text.replacing("Vetchium for Employers", with: "Vetchium for Agencies"))
  }

  @Test func everyTypeIsComposedAndSaysWhatItMust() {
    #expect(Set(everyMail().map(\.type)) == Set(MailType.allCases))
    for mail in everyMail() {
      #expect(!mail.text.contains("{{") && !mail.html.contains("{{") && !mail.html.contains("&lt;"))
      #expect(mail.text.contains("will expire in ") == mail.type.variables.contains("validity"))
      #expect(mail.text.contains("automated message") && mail.html.contains("automated message"))
      #expect(!mail.subject.isEmpty)
    }
  }

  @Test func everyMailIsSentForAsLongAsWhatItCarriesIsValid() {
    for mail in everyMail() {
      let lifetime: Duration? =
        switch mail.type {
        case .hubTFA, .orgTFA, .agencyTFA, .adminTFA: .seconds(600)
        case .hubPasswordReset, .orgPasswordReset, .agencyPasswordReset, .adminPasswordReset,
          .hubEmailVerification:
          .seconds(3600)
        case .hubSignupVerification, .orgSignupVerification, .orgSignupToken, .agencySignupVerification,
          .agencySignupToken:
          .seconds(86_400)
        case .orgInvitation, .agencyInvitation, .adminInvitation: .seconds(604_800)
        case .orgDomainDisplaced, .agencyDomainDisplaced: nil
        }
      #expect(mail.lifetime == lifetime, "\(mail.type)")
      #expect(mail.type.isCode == (lifetime == .seconds(600)))
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
