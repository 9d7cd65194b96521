import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// People of deu1 use ind1's server only, all their life long. Afterwards all that other regions and the operators of
/// all regions have is searched for what is theirs.
@Suite(.timeLimit(.minutes(5))) struct ResidencyTests {
  private static let home = "deu1"
  private static let visited = "ind1"

  /// With the keys that production has.
  private static func configuration(_ catcher: SMTPCatcher) -> TestStack.Configuration {
    var configuration = TestStack.Configuration()
    configuration.smtpPort = Int(catcher.port)
    let key = Data(SecureRandom.bytes(32)).base64EncodedString()
    configuration.environment = [
      "EMAIL_HASH_KEYS": "1:\(key)", "SIGNUP_TOKEN_KEYS": key, "LOG_LEVEL": "debug",
    ]
    return configuration
  }

  @Test func nothingOfAPersonIsWhereTheyDoNotLive() async throws {
    var settings = SMTPCatcher.Settings()
    // The first mail is one of another region. It is refused, and the reply names whom it was for.
    settings.firsts = [.reply("451 4.2.1 The mailbox of <\(Canary.firstAddress)> is busy", at: .recipient)]
    try await SMTPCatcher.run(settings) { catcher in
      try await TestStack.with(Self.configuration(catcher)) { stack in
        let balancer = try await LoadBalancer.start(
          apiServers: [try stack.server(Self.visited).port],
          globalService: stack.globalService.port
        )
        let canary = Canary(stack, home: Self.home, client: balancer.client, catcher: catcher)
        try await canary.livesOnTheHub()
        for portal in TenantPortalName.allCases { try await canary.lives(in: portal) }
        for region in stack.regions {
          try await eventually("every mail is sent") {
            try await stack.database(region).count("emails", where: "email_status <> 'sent'") == 0
          }
        }

        // The search finds what is there, in each spelling.
        for needle in canary.identities + canary.secrets {
          for sample in needle.samples {
            let isFound = needle.isIn(Haystack("sample", sample))
            #expect(isFound, "\(needle): \(sample)")
          }
        }
        let dumpAtHome = Haystack("the dump at home", try await Self.dump(try stack.database(Self.home)))
        #expect(Self.found(canary.identities, in: dumpAtHome) == canary.identities.map(\.name))

        for haystack in try await Self.haystacks(stack, balancer) {
          #expect(!haystack.bytes.isEmpty || haystack.name == "nginx", "\(haystack.name) is empty")
          let found = Self.found(canary.identities + canary.secrets, in: haystack)
          #expect(found.isEmpty, "\(haystack.name)")
        }
        #expect(Self.found(canary.secrets, in: dumpAtHome).isEmpty, "in the clear at home")
        try await Self.onlySignupsWereMailedFromElsewhere(canary, stack)
      }
    }
  }

  /// Everything that other regions and the global database have, and what operators see of any region.
  private static func haystacks(_ stack: TestStack, _ balancer: LoadBalancer) async throws -> [Haystack] {
    var haystacks = [Haystack("nginx", balancer.log.map(\.text).joined(separator: "\n"))]
    let others = try stack.regions.filter { $0 != home }.map { ($0, try stack.database($0)) }
    for (name, database) in others + [("global", stack.global)] {
      haystacks.append(Haystack("the dump of \(name)", try await dump(database)))
    }
    for (name, database) in others + [("global", stack.global), (home, try stack.database(home))] {
      haystacks.append(Haystack("PostgreSQL's log of \(name)", try database.server.log()))
    }
    for service in stack.services {
      // The number of a process may be that of a code by chance.
      let log = service.log.map { $0.text.replacing(#/"backend_pid":"[0-9]+"/#, with: "") }.joined(
        separator: "\n"
      )
      haystacks.append(Haystack("the log of \(service.name)", log))
      let metrics = try await service.client.get("/metrics")
      try #require(metrics.status == 200)
      haystacks.append(
        Haystack("the metrics of \(service.name)", String(decoding: metrics.body, as: UTF8.self))
      )
    }
    return haystacks
  }

  /// The names of the needles that are in a place.
  private static func found(_ needles: [Needle], in haystack: Haystack) -> [String] {
    needles.filter { $0.isIn(haystack) }.map(\.name)
  }

  private static func dump(_ database: StackDatabase) async throws -> String {
    try await database.server.dump(
      database: try #require(try await database.text("SELECT current_database()::text"))
    )
  }

  /// A region that is asked for a sign-up mails the link, since nobody has a home before. It sends nothing else, and
  /// afterwards does not know to whom.
  private static func onlySignupsWereMailedFromElsewhere(_ canary: Canary, _ stack: TestStack) async throws {
    let sent = try await stack.database(visited).rows("SELECT email_type::text, email_to FROM emails")
    #expect(sent == [["hub_signup_verification", ""], ["hub_signup_verification", ""]])
    #expect(try await stack.database("usa1").count("emails", where: "TRUE") == 0)
    #expect(try await stack.global.count("emails", where: "TRUE") == 0)
    let atHome = try await stack.database(home).count("emails", where: "email_status = 'sent'")
    #expect(atHome == Int64(canary.mails.count - sent.count))
  }
}
