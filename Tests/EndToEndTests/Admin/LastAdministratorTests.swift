import TestSupport
import Testing

/// Somebody is always left to administrate. In stacks of their own: others would be somebody, too.
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

  @Test func theLastActiveOneStays() async throws {
    try await withAdministrators(2) { stack, admins in
      #expect(try await disable(admins[1].email, stack, by: admins[0].session).status == 200)
      try await disable(admins[0].email, stack, by: admins[0].session).expectProblem(
        422,
        "last-administrator"
      )
      #expect(try await stack.isOpen(admins[0].session))
      // Only an active one can be the last: an invited one may go.
      let invited = try await stack.administrator(status: "invited")
      #expect(try await disable(invited.email, stack, by: admins[0].session).status == 200)
      // Already disabled is said before anything else.
      try await disable(admins[1].email, stack, by: admins[0].session).expectProblem(422, "status-unchanged")
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

  @Test func manyWhoDisableEachOtherLeaveOne() async throws {
    try await withAdministrators(8) { stack, admins in
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for (index, admin) in admins.enumerated() {
          for offset in 1..<admins.count {
            let target = admins[(index + offset) % admins.count].email
            group.addTask {
              // All wait for one lock; a server that has no connection left for another one says so, and nothing has happened.
              while true {
                let status = try await disable(target, stack, by: admin.session).status
                if status != 503 { return status }
              }
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.count { $0 == 200 } == 7, "\(statuses)")
      #expect(Set(statuses).isSubset(of: [200, 401, 422]), "\(statuses)")
      #expect(try await stack.global.count("admin_users", where: "status = 'active'") == 1)
    }
  }
}
