import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// Who gets in: sessions, and roles before anything is read of a body.
@Suite struct AdminAccessTests {
  private static let zeros = String(repeating: "0", count: 64)
  /// What shows whether a body was read.
  private static let malformed = Data("{".utf8)

  @Test(
    arguments: AdminEndpoint.protected,
    [
      nil, "", "Bearer", "Bearer ", "Bearer \(zeros)", zeros, "Bearer IND1-\(zeros)", "Bearer zzz",
      "Bearer \(String(repeating: "A", count: 64))", "Bearer \(zeros)0", "Basic \(zeros)", "Bearer a b",
    ] as [String?]
  )
  func withoutValidSession(_ endpoint: AdminEndpoint, _ authorization: String?) async throws {
    let headers = authorization.map { [("Authorization", $0)] } ?? []
    let answer = try await TestStack.shared.admin.send(
      endpoint.method,
      endpoint.path,
      headers: headers,
      body: endpoint.method == "POST" ? Self.malformed : nil
    )
    answer.expectProblem(401, "unauthorized")
    #expect(answer.only("WWW-Authenticate") == "Bearer")
  }

  /// Every endpoint with no role, each role alone, all but the right one, and all.
  @Test(arguments: AdminEndpoint.protected.filter(\.readsBody))
  func theRoleTable(_ endpoint: AdminEndpoint) async throws {
    let stack = try await TestStack.shared
    let all = Administrator.allRoles
    let single = all.map { [$0] }
    let allButOne = all.map { left in all.filter { $0 != left } }
    for roles in [[]] + single + allButOne + [all] {
      let admin = try await stack.administrator(roles: roles)
      let answer = try await stack.admin.send(
        endpoint.method,
        endpoint.path,
        headers: [("Authorization", "Bearer \(admin.session)")],
        body: Self.malformed
      )
      if case .role(let role) = endpoint.access, !roles.contains(role) {
        answer.expectProblem(403, "missing-role")
      } else {
        answer.expectProblem(400, "malformed-body")
      }
    }
  }

  @Test func rolesOfOtherPortalsAreNone() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["org:manage_users", "agency:invite_users"])
    let answer = try await stack.admin.post("/admin/disable-user", [:], session: admin.session)
    answer.expectProblem(403, "missing-role")
  }

  @Test func aRoleCountsFromTheNextRequestOn() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    func addDomain() async throws -> Int {
      try await stack.admin.post("/admin/add-approved-domain", [:], session: admin.session).status
    }
    #expect(try await addDomain() == 403)
    let body: JSON = ["target_user_id": .string(admin.id), "role_name": "admin:manage_domains"]
    #expect(try await stack.admin.post("/admin/assign-role", body, session: admin.session).status == 200)
    #expect(try await addDomain() == 400)
    #expect(try await stack.admin.post("/admin/remove-role", body, session: admin.session).status == 200)
    #expect(try await addDomain() == 403)
  }

  @Test func waysToWriteAValidToken() async throws {
    let stack = try await TestStack.shared
    let session = try await stack.administrator().session
    for credentials in [
      "Bearer \(session)", "bearer \(session)", "BEARER   \(session)", session, "  Bearer \(session)  ",
      " \(session) ",
    ] {
      let answer = try await stack.admin.send(
        "GET",
        "/admin/myinfo",
        headers: [("Authorization", credentials)]
      )
      #expect(answer.status == 200, "\(credentials.prefix(12)) \(answer)")
    }
    let upper = try await stack.admin.get("/admin/myinfo", session: session.uppercased())
    #expect(upper.status == (session.contains { $0.isLetter } ? 401 : 200))
  }

  @Test(arguments: ["invited", "disabled"])
  func onlyActiveAdministratorsHaveSessions(_ status: String) async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator()
    #expect(try await stack.isOpen(admin.session))
    try await stack.setAdminStatus(status, of: admin)
    #expect(try await !stack.isOpen(admin.session))
  }

  @Test func sessionsEndWhenTheyAreDueAndWithTheirAdministrator() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator()
    let expired = try await stack.openSession(of: admin.id, for: "-1 second")
    #expect(try await !stack.isOpen(expired))
    #expect(try await stack.isOpen(admin.session))
    try await stack.global.rows("DELETE FROM admin_users WHERE admin_user_id = $1::text::uuid", admin.id)
    #expect(try await !stack.isOpen(admin.session))
  }

  /// A regional server neither serves these paths nor has a trace of them in its program.
  @Test(arguments: AdminEndpoint.all)
  func regionalServersKnowNothingOfIt(_ endpoint: AdminEndpoint) async throws {
    let stack = try await TestStack.shared
    let session = try await stack.administrator(roles: Administrator.allRoles).session
    for region in stack.regions {
      for method in ["GET", "POST", "PUT"] {
        let answer = try await stack.client(region).send(
          method,
          endpoint.path,
          headers: [("Authorization", "Bearer \(session)")]
        )
        answer.expectProblem(404, "not-found")
        #expect(answer.values("Via") == [])
      }
    }
  }

  @Test func regionalServersCannotEvenNameIt() throws {
    // Short texts are parts of instructions, not of the data; these are long enough to be found.
    let paths = AdminEndpoint.all.map(\.path).filter { $0.utf8.count > 15 }
    #expect(paths.count > 10)
    let global = try Data(
      contentsOf: URL(filePath: Programs.path(of: "global-service")),
      options: .alwaysMapped
    )
    let regional = try Data(
      contentsOf: URL(filePath: Programs.path(of: "regional-api-server")),
      options: .alwaysMapped
    )
    for path in paths {
      #expect(Self.holds(global, path), "\(path)")
      #expect(!Self.holds(regional, path), "\(path)")
    }
  }

  /// With the C library's search: a program has many megabytes.
  private static func holds(_ program: Data, _ text: String) -> Bool {
    let text = Array(text.utf8)
    return program.withUnsafeBytes { bytes in
      guard var place = bytes.baseAddress else { return false }
      let end = place + bytes.count
      while let found = memchr(place, Int32(text[0]), end - place),
        end - UnsafeRawPointer(found) >= text.count
      {
        if memcmp(found, text, text.count) == 0 { return true }
        place = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }

  @Test func theGlobalServiceServesNothingElse() async throws {
    let admin = try await TestStack.shared.admin
    for path in [
      "/hub/login", "/global/get-regions", "/org/login", "/admin", "/admin/", "/admin/nothing",
      "/admin/login/",
    ] {
      try await admin.post(path, [:]).expectProblem(404, "not-found")
    }
    try await admin.get("/admin/login").expectProblem(405, "method-not-allowed")
    try await admin.post("/admin/myinfo", [:]).expectProblem(405, "method-not-allowed")
    #expect(try await admin.send("OPTIONS", "/admin/login").status == 204)
  }

  @Test(arguments: AdminEndpoint.readingBodies)
  func whatIsNoJSONObject(_ endpoint: AdminEndpoint) async throws {
    let stack = try await TestStack.shared
    let session = try await stack.administrator(roles: Administrator.allRoles).session
    for body in ["", " ", "{", "[]", "\"{}\"", "1", "null", "{} {}", "{\"a\":1,}", "\u{FEFF}{"] {
      let answer = try await stack.admin.send(
        "POST",
        endpoint.path,
        headers: [("Authorization", "Bearer \(session)")],
        body: Data(body.utf8)
      )
      answer.expectProblem(400, "malformed-body")
    }
    let large = try await stack.admin.send(
      "POST",
      endpoint.path,
      headers: [("Authorization", "Bearer \(session)")],
      body: Data(repeating: UInt8(ascii: " "), count: 1_048_577)
    )
    large.expectProblem(413, "body-too-large")
  }
}
