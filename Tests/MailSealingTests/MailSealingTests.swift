import FoundationEssentials
import Mail
import Testing

@testable import MailSealing

@Suite struct MailSealingTests {
  private let key = MailOpeningKey.random()
  private let id = UUID()
  private let recipient = "kavya@example.com"

  private func sealed(_ body: String = "004217") -> String {
    MailSealing([key.sealing]).seal(body, .text, of: id, to: recipient)
  }

  @Test(arguments: ["", "004217", "உங்கள் குறியீடு", "a\0b\n\r\n", String(repeating: "long ", count: 20_000)])
  func whatIsSealedIsOpenedUnchanged(_ body: String) throws {
    let stored = sealed(body)
    #expect(stored != body)
    #expect(try MailOpening([key]).open(stored, .text, of: id, to: recipient) == body)
  }

  @Test func theSameBodyIsNeverSealedToTheSameText() {
    #expect(sealed() != sealed())
  }

  @Test func withoutKeysBodiesStayAsTheyAre() throws {
    let stored = MailSealing.off.seal("Hello", .text, of: id, to: recipient)
    #expect(stored == "Hello" && !MailSealing.off.isOn)
    for opening in [MailOpening.off, MailOpening([key])] {
      #expect(try opening.open(stored, .text, of: id, to: recipient) == "Hello")
    }
  }

  @Test func theFirstKeySealsAndEveryKeyOpens() throws {
    let (old, new) = (key, MailOpeningKey.random())
    let before = sealed()
    let after = MailSealing([new.sealing, old.sealing]).seal("1", .html, of: id, to: recipient)
    for keys in [[old, new], [new, old]] {
      #expect(try MailOpening(keys).open(before, .text, of: id, to: recipient) == "004217")
      #expect(try MailOpening(keys).open(after, .html, of: id, to: recipient) == "1")
    }
    #expect(throws: MailOpeningError.unknownKey) {
      try MailOpening([old]).open(after, .html, of: id, to: recipient)
    }
    #expect(throws: MailOpeningError.unknownKey) {
      try MailOpening.off.open(before, .text, of: id, to: recipient)
    }
  }

  @Test func aBodyIsOpenedForItsOwnRowOnly() {
    let (stored, opening) = (sealed(), MailOpening([key]))
    #expect(throws: MailOpeningError.sealedForAnotherMail) {
      try opening.open(stored, .text, of: UUID(), to: recipient)
    }
    #expect(throws: MailOpeningError.sealedForAnotherMail) {
      try opening.open(stored, .text, of: id, to: "thief@example.com")
    }
    #expect(throws: MailOpeningError.sealedForAnotherMail) {
      try opening.open(stored, .html, of: id, to: recipient)
    }
    // Letters that Swift takes for equal are different addresses.
    let composed = MailSealing([key.sealing]).seal("1", .text, of: id, to: "caf\u{E9}@example.com")
    #expect(throws: MailOpeningError.sealedForAnotherMail) {
      try opening.open(composed, .text, of: id, to: "cafe\u{301}@example.com")
    }
  }

  @Test func whatWasChangedIsNotOpened() throws {
    let opening = MailOpening([key])
    let stored = sealed()
    let label = String(stored.prefix { $0 != ":" })
    let parts = stored.split(separator: ":").map(String.init)
    var box = try #require(Data(base64Encoded: parts[2]))
    for index in [0, 40, box.count - 1] {
      box[index] ^= 1
      let changed = "\(parts[0]):\(parts[1]):\(box.base64EncodedString())"
      #expect(throws: MailOpeningError.damaged) {
        try opening.open(changed, .text, of: id, to: recipient)
      }
      box[index] ^= 1
    }
    for text in [
      "\(label):", "\(label):\(parts[1])", "\(label):\(parts[1]):", "\(label):\(parts[1]):AAAA", "\(stored):",
      "\(stored)!",
    ] {
      #expect(throws: MailOpeningError.damaged, "\(text)") {
        try opening.open(text, .text, of: id, to: recipient)
      }
    }
  }

  @Test func aKeyThatSealsForNobodyIsNoKey() throws {
    // Points of low order, with which every shared secret is zero (RFC 7748 §6.1).
    for bytes in [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)] {
      #expect(MailSealingKey(base64: Data(bytes).base64EncodedString()) == nil)
    }
    for text in ["", "AAAA", "?", key.base64 + "AAAA"] {
      #expect(MailSealingKey(base64: text) == nil && MailOpeningKey(base64: text) == nil)
    }
    let again = try #require(MailOpeningKey(base64: key.base64))
    #expect(again.sealing.base64 == key.sealing.base64 && key.sealing.base64 != key.base64)
  }

  @Test func aPrivateKeyDoesNotShowItself() {
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped] { #expect(!text.contains(key.base64)) }
    #expect(Mirror(reflecting: key).children.isEmpty)
  }

  /// Subjects are not sealed.
  @Test(arguments: ["en-US", "de-DE", "ta-IN"]) func noSubjectHoldsACodeOrToken(_ language: String) throws {
    let mails = MailSamples.every(try MailComposer(uiURL: "https://ui.example"), language: language)
    #expect(Set(mails.map(\.type)) == Set(MailType.allCases))
    for mail in mails {
      for secret in [MailSamples.code, MailSamples.token, MailSamples.dnsToken, "https://"] {
        #expect(!mail.subject.contains(secret), "\(mail.type)")
      }
    }
  }
}
