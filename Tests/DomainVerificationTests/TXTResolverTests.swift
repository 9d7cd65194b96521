import TestSupport
import Testing

@testable import DomainVerification

/// Against a real name server.
struct TXTResolverTests {
  private static func resolver() async throws -> (TXTResolver, PrivateDNS) {
    let dns = try await PrivateDNS.shared
    return (TXTResolver(servers: try #require(DNSServers(dns.address))), dns)
  }

  @Test func findsEveryRecord() async throws {
    let (resolver, dns) = try await Self.resolver()
    let name = PrivateDNS.unheardOfDomain()
    try await dns.setTXT(name, "v=spf1 -all", "0123", "something else")
    #expect(try await resolver.records(at: name).sorted() == ["0123", "something else", "v=spf1 -all"])
  }

  @Test func joinsTheStringsOfARecord() async throws {
    let (resolver, dns) = try await Self.resolver()
    let name = PrivateDNS.unheardOfDomain()
    try await dns.setTXT(name, [["01", "23", "", "45"], ["6"]])
    #expect(try await resolver.records(at: name).sorted() == ["012345", "6"])
  }

  @Test func asksAfreshEachTime() async throws {
    let (resolver, dns) = try await Self.resolver()
    let name = PrivateDNS.unheardOfDomain()
    for text in ["first", "second"] {
      try await dns.setTXT(name, text)
      #expect(try await resolver.records(at: name) == [text])
    }
  }

  @Test func readsAnswersThatNeedTCP() async throws {
    let (resolver, dns) = try await Self.resolver()
    let name = PrivateDNS.unheardOfDomain()
    let texts = (0..<20).map { "\($0) " + String(repeating: "x", count: 200) }
    try await dns.setTXT(name, texts.map { [$0] })
    #expect(try await resolver.records(at: name).sorted() == texts.sorted())
  }

  @Test func saysWhyThereIsNone() async throws {
    let (resolver, dns) = try await Self.resolver()
    let name = PrivateDNS.unheardOfDomain()
    try await dns.setAddress(name)
    await #expect(throws: TXTLookupError.noRecord) { try await resolver.records(at: name) }
    await #expect(throws: TXTLookupError.noSuchName) { try await resolver.records(at: "missing." + name) }
    await #expect(throws: TXTLookupError.serverFailed) { try await resolver.records(at: "x.broken") }
    await #expect(throws: TXTLookupError.serverFailed) { try await resolver.records(at: "not.ours.example") }
    let tooLong = String(repeating: "a.", count: 140) + "test"
    await #expect(throws: TXTLookupError.self) { try await resolver.records(at: tooLong) }
  }

  @Test func answersManyAtOnce() async throws {
    let (resolver, dns) = try await Self.resolver()
    let name = PrivateDNS.unheardOfDomain()
    try await dns.setTXT(name, "one")
    let found = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<200 { group.addTask { try await resolver.records(at: name) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(found == Array(repeating: "one", count: 200))
  }

  @Test func findsTheProof() async throws {
    let (resolver, dns) = try await Self.resolver()
    let domain = PrivateDNS.unheardOfDomain()
    func look() async throws -> DomainProof.Outcome {
      try await DomainProof.look(for: "abc", at: domain, with: resolver)
    }
    #expect(try await look() == .noRecord)
    try await dns.setTXT(DomainProof.recordName(of: domain), "other")
    #expect(try await look() == .recordMissing)
    try await dns.setTXT(DomainProof.recordName(of: domain), [["other"], ["ab", "c"]])
    #expect(try await look() == .proven)
  }

  /// An alias, to a name without TXT records or to one that the server does not know; a name with an address only.
  @Test func aNameWithoutTXTRecordsHasNoRecord() async throws {
    let (resolver, dns) = try await Self.resolver()
    for target in ["elsewhere.example", "\(PrivateDNS.unheardOfDomain())"] {
      let domain = PrivateDNS.unheardOfDomain()
      try await dns.setAlias(DomainProof.recordName(of: domain), to: target)
      #expect(try await DomainProof.look(for: "abc", at: domain, with: resolver) == .noRecord, "\(target)")
    }
    let domain = PrivateDNS.unheardOfDomain()
    try await dns.setAddress(DomainProof.recordName(of: domain))
    #expect(try await DomainProof.look(for: "abc", at: domain, with: resolver) == .noRecord)
    // An alias to a name that has the record is followed.
    let target = PrivateDNS.unheardOfDomain()
    try await dns.setTXT(target, "abc")
    try await dns.setAlias(DomainProof.recordName(of: "x.\(domain)"), to: target)
    #expect(try await DomainProof.look(for: "abc", at: "x.\(domain)", with: resolver) == .proven)
  }

  /// The server answers, and fails for one zone: that is the domain's. A server that is gone is ours.
  @Test func anOutageOfTheServerIsToldFromOneOfTheDomain() async throws {
    let (resolver, _) = try await Self.resolver()
    #expect(
      try await DomainProof.look(for: "abc", at: "x.broken", with: resolver) == .lookupFailed(.serverFailed)
    )
    let own = try await PrivateDNS.start()
    let gone = TXTResolver(servers: try #require(DNSServers(own.address)))
    #expect(
      try await DomainProof.look(for: "abc", at: "x.broken", with: gone) == .lookupFailed(.serverFailed)
    )
    try await own.kill()
    #expect(
      try await DomainProof.look(for: "abc", at: "x.test", with: gone) == .resolverFailed(.serverFailed)
    )
  }
}
