import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// Which service serves which paths.
@Suite struct AdminAccessTests {
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
}
