import TestSupport
import Testing

/// Somebody is always left to administrate, also with two replicas. The stack is its own: others would be somebody,
/// too.
@Suite struct LastAdministratorTests {
  private func disable(_ email: String, _ stack: TestStack, by session: String) async throws -> HTTPAnswer {
    try await stack.admin.post("/admin/disable-user", ["email_address": .string(email)], session: session)
  }

  /// Leaves only the administrators that the test makes.
  private func withAdministrators(
    _ count: Int,
    _ body: (TestStack, [Administrator]) async throws -> Void
  ) async throws {
    try await TestStack.with(.globalOnly) { stack in
      try await stack.global.run("UPDATE admin_users SET status = 'disabled'")
      var admins: [Administrator] = []
      for _ in 0..<count { admins.append(try await stack.administrator(roles: ["admin:manage_users"])) }
      try await body(stack, admins)
    }
  }

  @Test func twoWhoDisableEachOtherLeaveOne() async throws {
    try await withAdministrators(2) { stack, admins in
      let other = try stack.anotherGlobalService()
      try await other.start()
      try await other.waitUntilReady()
      var sessions = admins.map(\.session)
      for _ in 0..<20 {
        let (mine, theirs) = (sessions[0], sessions[1])
        // One through each replica: no lock within a process is enough.
        async let first = disable(admins[1].email, stack, by: mine).status
        async let second = other.client.post(
          "/admin/disable-user",
          ["email_address": .string(admins[0].email)],
          session: theirs
        ).status
        // Whoever comes second is the last one, or has no session any more.
        let statuses = try await [first, second].sorted()
        #expect(statuses == [200, 422] || statuses == [200, 401], "\(statuses)")
        #expect(try await stack.global.count("admin_users", where: "status = 'active'") == 1)
        try await stack.global.run(
          "UPDATE admin_users SET status = 'active' WHERE email_address LIKE 'admin.%'"
        )
        sessions = [
          try await stack.openSession(of: admins[0].id), try await stack.openSession(of: admins[1].id),
        ]
      }
      try await other.process.kill()
    }
  }
}
