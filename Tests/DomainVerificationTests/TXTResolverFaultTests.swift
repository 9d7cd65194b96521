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
    (6, .refused), (9, .refused), (15, .refused),
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

  /// What our servers say about the root decides whether a failure is the domain's or our own.
  @Test(arguments: [
    (ScriptedDNS.Behaviour.code(2), ScriptedDNS.Behaviour.code(0), true), (.code(2), .code(3), true),
    (.code(2), .code(5), true), (.code(2), .records(["x"]), true), (.silent, .code(0), true),
    (.code(2), .code(2), false), (.code(2), .silent, false), (.silent, .silent, false),
    (.silent, .garbage, false),
  ])
  func aFailureIsOurOwnIfTheRootIsNotAnsweredEither(
    name: ScriptedDNS.Behaviour,
    root: ScriptedDNS.Behaviour,
    isTheDomains: Bool
  ) async throws {
    try await ScriptedDNS.run(.byName { $0.isEmpty ? root : name }) { server in
      let resolver = TXTResolver(
        servers: try #require(DNSServers(server.address)),
        patience: .milliseconds(300)
      )
      switch try await DomainProof.look(for: "abc", at: "acme.test", with: resolver) {
      case .lookupFailed: #expect(isTheDomains)
      case .resolverFailed: #expect(!isTheDomains)
      case let outcome: Issue.record("\(outcome)")
      }
    }
  }
}
