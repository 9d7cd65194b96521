import FoundationEssentials
import TestSupport
import Testing

/// Changing and resetting administrators' passwords.
@Suite struct AdminPasswordTests {
  private static let newPassword = "quite another password"

  private func change(_ session: String, _ current: String, _ new: String) async throws -> HTTPAnswer {
    try await TestStack.shared.admin.postPatiently(
      "/admin/change-password",
      ["current_password": .string(current), "new_password": .string(new)],
      session: session
    )
  }

  private func askForReset(_ email: String) async throws -> HTTPAnswer {
    try await TestStack.shared.admin.post("/admin/request-password-reset", ["email_address": .string(email)])
  }

  private func reset(_ token: String, _ password: String = newPassword) async throws -> HTTPAnswer {
    try await TestStack.shared.admin.postPatiently(
      "/admin/complete-password-reset",
      ["reset_token": .string(token), "new_password": .string(password)]
    )
  }

  @Test func changingKeepsOnlyTheSessionThatAsks() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword()
    let other = try await stack.openSession(of: admin.id)
    _ = try await askForReset(admin.email)
    let token = try await stack.mailedToken("admin_password_reset", to: admin.email)
    let (tfaToken, code) = try await stack.beginLogin(admin.email)
    try await change(admin.session, "a wrong password", Self.newPassword).expectProblem(401, "unauthorized")
    let changed = try await change(admin.session, Administrator.password, Self.newPassword)
    #expect(changed.status == 200 && changed.body.isEmpty, "\(changed)")
    #expect(try await stack.isOpen(admin.session))
    #expect(try await !stack.isOpen(other))
    try await reset(token).expectProblem(401, "unauthorized")
    try await stack.enterCode(code, tfaToken).expectProblem(401, "unauthorized")
    try await stack.loginAnswer(admin.email).expectProblem(401, "unauthorized")
    #expect(try await change(admin.session, Self.newPassword, Administrator.password).status == 200)
    #expect(try await stack.isOpen(stack.adminLogin(admin.email)))
  }

  @Test func aResetIsUsedOnceAndEndsEverything() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword()
    _ = try await askForReset(admin.email.uppercased())
    let earlier = try await stack.mailedToken("admin_password_reset", to: admin.email)
    _ = try await askForReset(admin.email)
    let mail = try await stack.adminMail("admin_password_reset", to: admin.email)
    #expect(mail.subject.contains("Reset") && mail.subject.contains("Admin"))
    let token = try await stack.mailedToken("admin_password_reset", to: admin.email)
    #expect(mail.text.contains("http://localhost:3001/reset-password?token=\(token)"))
    let statuses = try await together(3) { try await reset(token).status }
    #expect(statuses.sorted() == [200, 401, 401])
    try await reset(earlier).expectProblem(401, "unauthorized")
    #expect(try await !stack.isOpen(admin.session))
    try await stack.loginAnswer(admin.email).expectProblem(401, "unauthorized")
    #expect(try await stack.isOpen(stack.adminLogin(admin.email, Self.newPassword)))
  }

  @Test func everybodyGetsTheSameAnswer() async throws {
    let stack = try await TestStack.shared
    let active = try await stack.administratorWithPassword()
    let disabled = try await stack.administratorWithPassword(status: "disabled")
    let invited = try await stack.administrator(status: "invited")
    let answers = [
      try await askForReset(active.email), try await askForReset(Administrator.unheardOfAddress()),
      try await askForReset(disabled.email), try await askForReset(invited.email),
    ]
    #expect(Set(answers.map(\.body)).count == 1 && answers.allSatisfy { $0.status == 200 })
    #expect(try await stack.adminMailCount("admin_password_reset", to: active.email) == 1)
    #expect(try await stack.adminMailCount("admin_password_reset", to: disabled.email) == 0)
    #expect(try await stack.adminMailCount("admin_password_reset", to: invited.email) == 0)
  }

  @Test func aResetExpiresAndNeedsAnActiveAdministrator() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword(language: "de-DE")
    _ = try await askForReset(admin.email)
    #expect(try await stack.adminMail("admin_password_reset", to: admin.email).text.contains("1 Stunde"))
    let token = try await stack.mailedToken("admin_password_reset", to: admin.email)
    try await reset(token, "short").expectProblem(400, "invalid-fields", fields: ["new_password"])
    try await stack.setAdminStatus("disabled", of: admin)
    try await reset(token).expectProblem(422, "inactive-account")
    try await stack.setAdminStatus("active", of: admin)
    try await stack.ageAdminToken("admin_password_reset_tokens", token, by: "1 hour")
    try await reset(token).expectProblem(401, "unauthorized")
  }
}
