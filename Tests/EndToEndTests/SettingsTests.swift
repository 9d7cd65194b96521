import TestSupport
import Testing

/// Wrong settings: all named at once, none repeated, exit code 78.
@Suite struct SettingsTests {
  private static let secret = "swordfish"

  private func run(_ program: String, _ environment: [String: String]) async throws -> TestProcess {
    let process = try await TestProcess.start(
      [Programs.path(of: program)],
      name: program,
      environment: environment
    )
    #expect(try await process.waitForEnd() == .exit(78), "\(process.log.tail)")
    return process
  }

  @Test(arguments: [
    ("regional-api-server", ["REGION", "GLOBAL_DB_CONN", "REGIONAL_DB_CONN"]),
    ("regional-worker", ["REGION", "REGIONAL_DB_CONN"]),
    ("global-service", ["GLOBAL_DB_CONN"]),
  ])
  func whatIsRequired(_ program: String, _ names: [String]) async throws {
    // An empty value counts as none.
    let process = try await run(program, ["REGION": ""])
    let problems = process.log.lines.map { String($0.text.prefix { $0 != ":" }) }
    #expect(problems.sorted() == names.sorted(), "\(process.log.tail)")
  }

  /// It is found when the service begins to listen, so the exit code is that of a failure.
  @Test func aPortInUseIsNamedWithItsSetting() async throws {
    let port = try FreePort.find()
    let settings = [
      "REGION": "ind1", "GLOBAL_DB_CONN": "host=/nowhere", "REGIONAL_DB_CONN": "host=/nowhere",
      "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "\(port)",
    ]
    func start(_ program: String) async throws -> TestProcess {
      try await TestProcess.start([Programs.path(of: program)], name: program, environment: settings)
    }
    let first = try await start("global-service")
    #expect(await first.log.first(within: .seconds(20)) { $0.message == "listening" } != nil)
    for program in ["regional-api-server", "regional-worker", "global-service"] {
      let second = try await start(program)
      #expect(try await second.waitForEnd() == .exit(70))
      let failure = second.log.lines.last { $0.message == "stopped by a failure" }
      #expect(
        failure?["error"]
          == "HTTP_PORT \(port) is in use: another program listens there (HTTP_HOST 127.0.0.1)",
        "\(second.log.tail)"
      )
    }
    try await first.terminate()
  }

  @Test func everyProblemIsNamedAndNoValueRepeated() async throws {
    let wrong = [
      "REGION": "Nowhere \(Self.secret)", "ENV": Self.secret, "LOG_LEVEL": Self.secret,
      "SCHEDULING": Self.secret, "HTTP_PORT": "65536",
      "DB_POOL_SIZE": "0", "SHUTDOWN_TIMEOUT": Self.secret, "HUB_TFA_TOKEN_EXPIRY": "15",
      "HUB_UI_URL": "ftp://\(Self.secret)",
      "HUB_SESSION_TOKEN_EXPIRY": "-1h", "HUB_SIGNUP_TOKEN_EXPIRY": "0s", "HUB_REMEMBER_ME_EXPIRY": "1 h",
      "FORWARDING_KEYS": Self.secret, "TRUSTED_PROXIES": Self.secret, "CORS_ALLOWED_ORIGINS": Self.secret,
      "INTERNAL_ENDPOINT_USA1": "usa1.\(Self.secret)", "REGIONAL_DB_CONN": "postgres://u:\(Self.secret)@[",
    ]
    let process = try await run("regional-api-server", wrong)
    for name in Array(wrong.keys) + ["GLOBAL_DB_CONN"] {
      #expect(process.log.lines.count { $0.text.hasPrefix("\(name): ") } == 1, "\(name)\n\(process.log.tail)")
    }
    #expect(process.log.lines.count == wrong.count + 1, "\(process.log.tail)")
    #expect(process.log.lines.allSatisfy { !$0.text.contains(Self.secret) }, "\(process.log.tail)")
  }

  /// Everything else is right, so this alone keeps the server from starting.
  @Test(arguments: ["SAGA_FAILURE_POINTS", "SAGA_DEADLINE"], ["prod", "full", ""])
  func whatIsForTestsIsRefusedElsewhere(_ name: String, _ label: String) async throws {
    let process = try await run(
      "regional-api-server",
      [
        name: name == "SAGA_DEADLINE" ? "1s" : "/tmp/nowhere.sock", "ENV": label, "REGION": "ind1",
        "GLOBAL_DB_CONN": "host=/nowhere", "REGIONAL_DB_CONN": "host=/nowhere",
      ]
    )
    let problems = process.log.lines.filter { $0.text.hasPrefix("\(name): ") }
    #expect(problems.count == 1, "\(process.log.tail)")
    #expect(problems.first?.text.contains("ENV=ci or ENV=dev") == true, "\(process.log.tail)")
  }

  @Test(arguments: ["regional-api-server", "regional-worker", "global-service", "vetchium"])
  func help(_ program: String) async throws {
    let process = try await TestProcess.start(
      [Programs.path(of: program), "--help"],
      name: program,
      environment: [:]
    )
    #expect(try await process.waitForEnd() == .exit(0))
    #expect(!process.log.lines.isEmpty)
  }

  @Test(arguments: ["regional-api-server", "regional-worker", "global-service"])
  func anUnknownArgument(_ program: String) async throws {
    let process = try await TestProcess.start(
      [Programs.path(of: program), "--nothing"],
      name: program,
      environment: [:]
    )
    #expect(try await process.waitForEnd() == .exit(64))
  }
}
