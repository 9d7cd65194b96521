import TestSupport
import Testing

/// Request smuggling: no request that is hidden in another one is ever carried out, and no response goes to another
/// request.
@Suite(.timeLimit(.minutes(10))) struct SmugglingTests {
  private static func hidden(_ number: Int, _ run: String, session: String) -> String {
    "GET /hub/myinfo HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(session)\r\nX-Request-ID: \(hiddenID(number, run))\r\n\r\n"
  }

  private static func hiddenID(_ number: Int, _ run: String) -> String { "hidden-\(run)-\(number)" }

  @Test(arguments: RequestPath.allCases) func nothingHiddenIsServed(_ path: RequestPath) async throws {
    let visitor = try await Visitor.shared
    let port = try visitor.port(path)
    let run = "\(UInt64.random(in: .min ... .max))"
    let cases = SmugglingMatrix.cases(fields: visitor.fields(id: "attack-\(run)")) {
      Self.hidden($0, run, session: visitor.person.session)
    }
    var inTheOpen: Set<String> = []
    for (number, attack) in cases.enumerated() {
      let (own, foreign) = (Visitor.unheardOfID("victim"), Visitor.unheardOfID("victim"))
      let connection = try await TCPClient.open(port: port)
      // Behind it, on the same connection, a request that an attacker would like to prefix.
      connection.sendLater(attack.text + visitor.request(id: own))
      // Meanwhile and afterwards, somebody else on a connection of their own: they may meet what is left on the way.
      let other = try await TCPClient.open(port: port)
      try await other.send(visitor.request(id: foreign, of: visitor.other))
      try await Self.expectOwn(other, foreign, of: visitor.other, "\(attack.name): the other connection")
      // nginx is lenient about the ends of lines. What it takes for a request of its own, with a response of its own on
      // the same connection, is hidden from nobody.
      let ids = ["attack-\(run)"] + (path == .balancer ? [Self.hiddenID(number, run)] : []) + [own]
      inTheOpen.formUnion(try await Self.expectOwnOnly(connection, ids, attack))
      try await other.send(visitor.request(id: own, of: visitor.other))
      try await Self.expectOwn(other, own, of: visitor.other, "\(attack.name): afterwards")
      try? await connection.close()
      try? await other.close()
    }
    let answered = try await visitor.answeredRequests()
    let served = cases.indices.filter { number in
      let id = Self.hiddenID(number, run)
      return !inTheOpen.contains(id) && answered.contains { $0.id == id }
    }
    #expect(served.isEmpty, "\(served.map { cases[$0].name })")
    // Otherwise nothing was tried.
    #expect(answered.contains { $0.id == "attack-\(run)" })
  }

  /// What is hidden would be seen if it was served.
  @Test(arguments: RequestPath.allCases) func aRequestThatIsNotHiddenIsSeen(_ path: RequestPath) async throws
  {
    let visitor = try await Visitor.shared
    let run = "\(UInt64.random(in: .min ... .max))"
    let connection = try await TCPClient.open(port: visitor.port(path))
    try await connection.send(Self.hidden(0, run, session: visitor.person.session))
    #expect(try await connection.answer()?.status == 200)
    #expect(try await visitor.answeredRequests().contains { $0.id == Self.hiddenID(0, run) })
  }

  private static func expectOwn(_ connection: TCPClient, _ id: String, of person: Person, _ name: String)
    async throws
  {
    let answer = try #require(try await connection.answer(), "\(name): no response")
    #expect(answer.status == 200 && answer.only("X-Request-ID") == id, "\(name): \(answer)")
    #expect(answer.json["handle"].string == person.handle, "\(name): \(answer)")
  }

  /// The responses on the attacker's connection are those of the requests in the open, in their order; then it ends or
  /// waits.
  /// - Returns: the ids of those that came.
  private static func expectOwnOnly(_ connection: TCPClient, _ ids: [String], _ attack: SmugglingCase)
    async throws -> Set<String>
  {
    var (left, seen) = (ids[...], Set<String>())
    while !left.isEmpty, let answer = try await connection.answer() {
      guard answer.status != 100 else { continue }
      guard let id = answer.only("X-Request-ID"), let place = left.firstIndex(of: id) else {
        // A refusal, which has an id of its own, or is nginx's.
        #expect(answer.status >= 400, "\(attack.name): \(answer)")
        #expect(
          answer.values("X-Request-ID").allSatisfy { !$0.hasPrefix("hidden") },
          "\(attack.name): \(answer)"
        )
        try await connection.waitForClose()
        break
      }
      seen.insert(id)
      left = left[(place + 1)...]
    }
    return seen
  }
}
