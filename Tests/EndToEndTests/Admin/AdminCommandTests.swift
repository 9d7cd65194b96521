import TestSupport
import Testing

/// `vetchium admin`: the operator's way to the first administrator, as a process on a real database.
@Suite struct AdminCommandTests {
  private static let password = "correct horse battery"

  private func run(_ words: [String], typing input: String? = nil) async throws -> TestProcess {
    let stack = try await TestStack.shared
    let command = [Programs.path(of: "vetchium"), "admin"] + words
    let feed = ["/bin/sh", "-c", #"printf '%s' "$INPUT" | exec "$0" "$@""#]
    return try await TestProcess.start(
      input == nil ? command : feed + command,
      name: "vetchium admin",
      environment: [
        "DATABASE_URL": stack.global.connectionString(role: "vetchium_owner"), "INPUT": input ?? "",
      ]
    )
  }

  private func runAtTerminal(_ words: [String], typing answers: [String]) async throws -> TestProcess {
    try await TestProcess.startAtTerminal(
      [Programs.path(of: "vetchium"), "admin"] + words,
      name: "vetchium admin at a terminal",
      environment: [
        "DATABASE_URL": try await TestStack.shared.global.connectionString(role: "vetchium_owner")
      ],
      typing: answers
    )
  }

  @Test func theFirstAdministratorLogsInAndHasEveryRole() async throws {
    let stack = try await TestStack.shared
    let email = Administrator.unheardOfAddress("First")
    let process = try await run(
      ["create", email, "--full-name", "Ada Lovelace"],
      typing: Self.password + "\n"
    )
    #expect(try await process.waitForEnd() == .exit(0), "\(process.log.tail)")
    #expect(!process.log.tail.contains(Self.password))
    let (token, code) = try await stack.beginLogin(email, Self.password)
    let session = try #require(try await stack.enterCode(code, token).json["session_token"].string)
    let myself = try await stack.admin.get("/admin/myinfo", session: session)
    #expect(myself.json["roles"] == .array(Administrator.allRoles.map { .string($0) }), "\(myself)")
    #expect(myself.json["full_name"] == "Ada Lovelace")
  }

  @Test func atATerminalThePasswordIsAskedForTwiceAndNotShown() async throws {
    let email = Administrator.unheardOfAddress()
    let process = try await runAtTerminal(["create", email], typing: [Self.password, Self.password])
    #expect(try await process.waitForEnd() == .exit(0), "\(process.log.tail)")
    #expect(process.log.tail.contains("Once more: "))
    #expect(!process.log.tail.contains(Self.password))
    #expect(try await TestStack.shared.adminStatus(email) == "active")
  }

  @Test(
    arguments: [(["correct horse battery", "correct horse cattery"], 64), (["correct^C"], 130)]
      as [([String], Int32)]
  )
  func aSlipAtTheTerminalCreatesNobody(_ answers: [String], _ code: Int32) async throws {
    let email = Administrator.unheardOfAddress()
    let process = try await runAtTerminal(["create", email], typing: answers)
    #expect(try await process.waitForEnd() == .exit(code), "\(process.log.tail)")
    #expect(try await TestStack.shared.adminStatus(email) == nil)
  }

  @Test(arguments: [
    ("", "no password on standard input"), ("too short\n", "must be 12 to 64"),
    ("Password123$\n", "everybody knows"), ("aaaabbbbaaaabbbb\n", "5 different characters"),
    ("my-somebody-password\n", "must not contain the name"), ("abcdefghijklmnop\n", "must not be a sequence"),
  ])
  func poorPasswordsAreRefused(_ typed: String, _ reason: String) async throws {
    let email = Administrator.unheardOfAddress("somebody").replacing(/\.[0-9]+@/, with: "@")
    let process = try await run(["create", email], typing: typed)
    #expect(try await process.waitForEnd() == .exit(64))
    #expect(process.log.tail.contains(reason), "\(process.log.tail)")
    #expect(try await TestStack.shared.adminStatus(email) == nil)
  }

  @Test func whatIsThereAlreadyIsLeftAlone() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"], status: "disabled")
    let process = try await run(["create", admin.email], typing: Self.password + "\n")
    #expect(try await process.waitForEnd() == .exit(1))
    #expect(process.log.tail.contains("There is an administrator with this address already."))
    #expect(try await stack.adminStatus(admin.email) == "disabled")
  }

  @Test func aRoleIsGivenBackByTheOperator() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator()
    let domain = "d\(UInt32.random(in: 0 ... .max)).example"
    let add: JSON = ["domain_name": .string(domain), "reason": "They asked"]
    try await stack.admin.post("/admin/add-approved-domain", add, session: admin.session)
      .expectProblem(403, "missing-role")
    let attempts: [([String], Int32)] = [
      ([admin.email, "admin:manage_domains"], 0), ([admin.email, "admin:manage_domains"], 1),
      ([admin.email, "admin:everything"], 1), ([admin.email, "org:manage_users"], 64),
      (["nobody@vetchium.example", "admin:manage_domains"], 1), (["no address", "admin:manage_domains"], 64),
    ]
    for (words, code) in attempts {
      let process = try await run(["assign-role"] + words)
      #expect(try await process.waitForEnd() == .exit(code), "\(words)\n\(process.log.tail)")
    }
    #expect(
      try await stack.admin.post("/admin/add-approved-domain", add, session: admin.session).status == 201
    )
  }
}
