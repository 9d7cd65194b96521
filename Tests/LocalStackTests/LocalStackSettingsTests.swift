import LocalStack
import Testing

@Suite struct LocalStackSettingsTests {
  private func settings(_ environment: [String: String] = [:]) throws -> LocalStackSettings {
    try LocalStackSettings(environment: environment, project: "/src", binaries: "/src/.build/debug")
  }

  @Test func withoutVariables() throws {
    let settings = try settings()
    #expect(settings.runDirectory == "/src/.run")
    #expect(settings.binaries == "/src/.build/debug")
    #expect(
      settings.ports.map(\.number).sorted() == [
        1025, 5300, 5440, 8080, 8081, 8082, 8083, 8084, 8085, 8086, 8090,
      ]
    )
    #expect(settings.apiPort("usa1") == 8082)
    #expect(settings.approvedDomains == ["example.com", "example.org"])
  }

  @Test func anOffsetMovesEverythingThatIsNotSetByItself() throws {
    let settings = try settings([
      "VETCHIUM_PORT_OFFSET": "1000", "VETCHIUM_DNS_PORT": "53", "VETCHIUM_PORT": "",
    ])
    #expect(settings.runDirectory == "/src/.run-1000")
    #expect(settings.port == 9080)
    #expect(settings.dnsPort == 53)
  }

  @Test func directoriesAreMeantInTheSourceTree() throws {
    let settings = try settings([
      "VETCHIUM_RUN_DIR": "data", "VETCHIUM_BINARIES": "/opt/vetchium", "VETCHIUM_DEMO_DOMAINS": "",
    ])
    #expect(settings.runDirectory == "/src/data")
    #expect(settings.binaries == "/opt/vetchium")
    #expect(settings.approvedDomains == [])
  }

  @Test(arguments: [
    ["VETCHIUM_PORT_OFFSET": "-1"], ["VETCHIUM_PORT": "http"], ["VETCHIUM_SMTP_PORT": "65536"],
    ["VETCHIUM_RUN_DIR": "/tmp/with space"], ["VETCHIUM_RUN_DIR": "/tmp/$(id)"],
  ])
  func refused(environment: [String: String]) {
    #expect(throws: LocalStackFailure.self) { try settings(environment) }
  }

  @Test func socketsHaveAShortPathWhateverTheDirectoryIs() throws {
    #expect(try settings().socketDirectory == "/src/.run/sockets")
    let long = "/tmp/" + String(repeating: "long/", count: 30)
    let other = try settings(["VETCHIUM_RUN_DIR": long + "2"]).socketDirectory
    #expect(try settings(["VETCHIUM_RUN_DIR": long]).socketDirectory != other)
    #expect(other.utf8.count < 40)
  }

  @Test func aTakenPortIsNamedWithTheVariableThatMovesIt() throws {
    // One port twice: the second holder finds it taken.
    let environment = [
      "VETCHIUM_PORT_OFFSET": "27000", "VETCHIUM_DNS_PORT": "35080", "VETCHIUM_SMTP_PORT": "70",
    ]
    let taken = LoopbackPort.problems(of: try settings(environment).ports)
    #expect(
      taken.contains {
        $0.hasPrefix("port 35080/tcp (DNS server): ") && $0.hasSuffix("move it with VETCHIUM_DNS_PORT=...")
      }
    )
  }
}
