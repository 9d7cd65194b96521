import TestSupport
import Testing

/// The mails of a signup and a login as they arrive, sent by a real worker to a real SMTP server.
@Suite struct MailDeliveryTests {
  @Test func signupAndLoginByMail() async throws {
    try await SMTPCatcher.run { catcher in
      var configuration = TestStack.Configuration()
      configuration.regions = ["ind1", "usa1"]
      configuration.smtpPort = Int(catcher.port)
      try await TestStack.with(configuration) { stack in
        let (client, email) = (try stack.client("ind1"), Person.unheardOfAddress())
        try await #require(
          client.post("/hub/request-signup", ["email_address": .string(email)]).status == 200
        )
        // Long before the next poll: the worker is woken by the row.
        let signup = try await catcher.mail(to: email, within: .seconds(10))
        let token = try #require(signup.html?.firstMatch(of: /token=([0-9a-f]{64})/)).1
        #expect(signup.text?.contains("token=\(token)") == true)
        let body = Person.signupBody(token: String(token), home: "usa1").with("preferred_language", "de-DE")
        try await #require(client.post("/hub/complete-signup", body).status == 201)

        let login: JSON = ["email_address": .string(email), "password": .string(Person.password)]
        let answer = try await client.post("/hub/login", login)
        let code = try #require(
          try await catcher.mail(to: email, within: .seconds(10)).text?.firstMatch(of: /\b[0-9]{6}\b/)
        ).0
        let tfa: JSON = ["tfa_token": answer.json["tfa_token"], "tfa_code": .string(String(code))]
        let session = try await client.post("/hub/tfa", tfa)
        #expect(session.status == 200 && session.json["preferred_language"] == "de-DE", "\(session)")

        // What was mailed is no longer in the database.
        for region in stack.regions {
          try await eventually("the mail is marked") {
            try await stack.database(region).count("emails", where: "email_status <> 'sent'") == 0
          }
          #expect(
            try await stack.database(region).count(
              "emails",
              where: "email_text_body <> '' OR email_html_body <> ''"
            ) == 0
          )
        }
      }
    }
  }
}
