import FoundationEssentials
import Testing

@testable import SMTP

@Suite struct MailMessageTests {
  @Test(arguments: [
    ("", ""),
    ("plain", "plain"),
    ("a = b", "a =3D b"),
    ("two\nlines\r\nthree\rfour", "two\r\nlines\r\nthree\r\nfour"),
    ("blank \nat end\t", "blank=20\r\nat end=09"),
    ("grün", "gr=C3=BCn"),
    ("நி", "=E0=AE=A8=E0=AE=BF"),
    ("\u{0}\u{7f}", "=00=7F"),
    (".\n..", ".\r\n.."),
    (String(repeating: "x", count: 76), String(repeating: "x", count: 75) + "=\r\nx"),
    (String(repeating: "ü", count: 13), String(repeating: "=C3=BC", count: 12) + "=\r\n=C3=BC"),
  ])
  func quotedPrintable(text: String, encoded: String) {
    #expect(QuotedPrintable.encode(text) == encoded)
  }

  @Test(arguments: [
    ("Verification Code", "Verification Code"),
    ("Prüfung", "=?UTF-8?B?UHLDvGZ1bmc=?="),
    ("not =?UTF-8?Q?encoded?=", "=?UTF-8?B?bm90ID0/VVRGLTg/UT9lbmNvZGVkPz0=?="),
    ("a\r\nBcc: b@example.com", "a  Bcc: b@example.com"),
    ("", ""),
  ])
  func subjects(text: String, field: String) {
    #expect(HeaderText.unstructured(text) == field)
  }

  @Test func longSubjectsAreFoldedIntoWordsOfWholeCharacters() {
    let field = HeaderText.unstructured(String(repeating: "சரிபார்ப்புக் ", count: 12))
    let words = field.split(separator: "\r\n ")
    #expect(words.count > 5)
    #expect(words.allSatisfy { $0.utf8.count <= 67 && $0.hasPrefix("=?UTF-8?B?") && $0.hasSuffix("?=") })
    for word in words {
      let bytes = Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data()
      #expect(String(validating: bytes, as: UTF8.self) != nil, "a character is cut in two")
    }
  }

  @Test(arguments: [
    ("", "noreply@example.com"),
    ("Vetchium", "Vetchium\r\n <noreply@example.com>"),
    ("Vetchium, Inc.", "\"Vetchium, Inc.\"\r\n <noreply@example.com>"),
    (#"a "b" \c"#, #""a \"b\" \\c""# + "\r\n <noreply@example.com>"),
    ("Grüße", "=?UTF-8?B?R3LDvMOfZQ==?=\r\n <noreply@example.com>"),
    ("a\nBcc: x", "\"a Bcc: x\"\r\n <noreply@example.com>"),
  ])
  func senders(name: String, field: String) throws {
    #expect(try MailSender(address: "noreply@example.com", name: name).headerValue == field)
  }

  @Test(arguments: [
    "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<c@d>", "a@b\n", "<a@b>", "a@b,c@d", "ü@b",
    "a\u{301}@b", "\"a\"@b",
  ])
  func unsafeAddressesAreRefused(address: String) throws {
    let sender = try MailSender(address: "noreply@example.com")
    #expect(throws: MailMessageError.badAddress) {
      _ = try MailMessage(
        id: UUID(),
        date: Date(),
        sender: sender,
        recipient: address,
        subject: "",
        text: "",
        html: ""
      )
    }
    #expect(throws: MailMessageError.badAddress) { _ = try MailSender(address: address) }
  }

  @Test func theWholeMessage() throws {
    let id = try #require(UUID(uuidString: "00000000-0000-4000-8000-00000000000A"))
    let message = try MailMessage(
      id: id,
      date: Date(timeIntervalSince1970: 1_700_000_000),
      sender: MailSender(address: "noreply@vetchium.com", name: "Vetchium"),
      recipient: "a@example.com",
      subject: "Code",
      text: "eins\n",
      html: "<p>zwei</p>"
    )
    let expected = """
      From: Vetchium
       <noreply@vetchium.com>
      To: a@example.com
      Subject: Code
      Date: Tue, 14 Nov 2023 22:13:20 +0000
      Message-ID: <00000000-0000-4000-8000-00000000000a@vetchium.com>
      MIME-Version: 1.0
      Auto-Submitted: auto-generated
      X-Auto-Response-Suppress: All
      Content-Type: multipart/alternative;
       boundary="=_00000000-0000-4000-8000-00000000000a"

      --=_00000000-0000-4000-8000-00000000000a
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      eins

      --=_00000000-0000-4000-8000-00000000000a
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      <p>zwei</p>
      --=_00000000-0000-4000-8000-00000000000a--

      """
    #expect(message.rendered() == expected.replacing("\n", with: "\r\n"))
  }
}
