import TestSupport
import Testing

@testable import DomainVerification

/// Against a name server that behaves badly.
struct TXTResolverFaultTests {
  private static func lookUp(
    _ behaviour: ScriptedDNS.Behaviour,
    patience: Duration = .seconds(5)
  ) async throws -> Result<[String], TXTLookupError> {
    try await ScriptedDNS.run(behaviour) { server in
      let resolver = TXTResolver(servers: try #require(DNSServers(server.address)), patience: patience)
      do throws(TXTLookupError) {
        return .success(try await resolver.records(at: "_vetchium-verify.acme.test"))
      } catch {
        return .failure(error)
      }
    }
  }

  @Test(arguments: [
    (UInt8(2), TXTLookupError.serverFailed), (3, .noSuchName), (5, .serverFailed), (0, .noRecord),
  ])
  func failuresOfTheServerAreTold(code: UInt8, error: TXTLookupError) async throws {
    #expect(try await Self.lookUp(.code(code)) == .failure(error))
  }

  @Test func anAnswerThatWasCutOffIsFetchedOverTCP() async throws {
    #expect(try await Self.lookUp(.truncated(["whole"])) == .success(["whole"]))
  }

  @Test func aServerWithoutTCPIsNoAnswer() async throws {
    let outcome = try await Self.lookUp(.truncatedWithoutTCP, patience: .milliseconds(500))
    #expect(throws: TXTLookupError.self) { try outcome.get() }
  }

  @Test(arguments: [ScriptedDNS.Behaviour.silent, .foreignAnswer(["forged"]), .garbage])
  func silenceIsAnError(behaviour: ScriptedDNS.Behaviour) async throws {
    let outcome = try await Self.lookUp(behaviour, patience: .milliseconds(300))
    #expect(throws: TXTLookupError.self) { try outcome.get() }
  }

  @Test func patienceEndsALookUpBeforeAllTriesAreUsedUp() async throws {
    try await ScriptedDNS.run(.silent) { server in
      let resolver = TXTResolver(
        servers: try #require(DNSServers(server.address)),
        patience: .milliseconds(300)
      )
      await #expect(throws: TXTLookupError.timedOut) { try await resolver.records(at: "acme.test") }
      #expect(server.questions < 3, "c-ares by itself asks three times")
    }
  }

  @Test func aServerThatDoesNotAnswerIsPassedOver() async throws {
    try await ScriptedDNS.run(.silent) { silent in
      try await ScriptedDNS.run(.records(["found"])) { talking in
        let servers = try #require(DNSServers("\(silent.address),\(talking.address)"))
        #expect(try await TXTResolver(servers: servers).records(at: "acme.test") == ["found"])
        #expect(silent.questions == 1)
      }
    }
  }

  @Test func whoeverLeavesIsNotWaitedFor() async throws {
    try await ScriptedDNS.run(.silent) { server in
      let resolver = TXTResolver(servers: try #require(DNSServers(server.address)), patience: .seconds(60))
      let lookup = Task { try await resolver.records(at: "acme.test") }
      try await server.asked()
      lookup.cancel()
      await #expect(throws: TXTLookupError.cancelled) { try await lookup.value }
      let early = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await resolver.records(at: "acme.test")
      }
      await #expect(throws: TXTLookupError.cancelled) { try await early.value }
    }
  }

  @Test func aStopEndsWhatIsUnderWay() async throws {
    try await ScriptedDNS.run(.silent) { server in
      let resolver = TXTResolver(servers: try #require(DNSServers(server.address)), patience: .seconds(60))
      let lookup = Task { try await resolver.records(at: "acme.test") }
      try await server.asked()
      await resolver.shutdown()
      await #expect(throws: TXTLookupError.cancelled) { try await lookup.value }
      await #expect(throws: TXTLookupError.cancelled) { try await resolver.records(at: "acme.test") }
    }
  }
}
