import FoundationEssentials
import RegionRouting
import TestSupport
import Testing
import Vocabulary

/// What a hop between regions lets through, and what not.
@Suite struct HopTests {
  /// Signs as another region's server would; the request's id goes with it.
  private static func hop(
    _ stack: TestStack,
    from: String,
    to: String,
    path: String = "/hub/myinfo",
    method: String = "GET",
    keys: HopKeys? = nil,
    requestID: String = "hop-\(UInt64.random(in: .min ... .max))",
    age: Int64 = 0
  ) throws -> [(String, String)] {
    let signature = HopSignature(
      from: try #require(RegionCode(rawValue: from)),
      to: try #require(RegionCode(rawValue: to)),
      time: Int64(Date().timeIntervalSince1970) - age,
      requestID: requestID
    )
    let header = HopSigner(region: signature.from, keys: try keys ?? stack.forwardingKeys(from))
      .sign(signature, purpose: .forward, method: method, target: path)
    return [("Vetchium-Hop", header), ("X-Request-ID", requestID)]
  }

  @Test func aSignedRequestAtAWrongRegionGoesNoFurther() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let answer = try await stack.client("ind1").get(
      "/hub/myinfo",
      session: person.session,
      headers: try Self.hop(stack, from: "deu1", to: "ind1", requestID: "signed-request")
    )
    // What every response has besides is left to the server that has sent the request on, which is the test.
    #expect(answer.status == 421 && answer.json["type"] == "misdirected", "\(answer)")
    #expect(try stack.server("usa1").log.allSatisfy { $0["request_id"] != "signed-request" })
  }

  @Test func aSignedRequestAtHomeIsServedButGrantsNothing() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let client = try stack.client("usa1")
    func hop() throws -> [(String, String)] { try Self.hop(stack, from: "deu1", to: "usa1") }
    #expect(try await client.get("/hub/myinfo", session: person.session, headers: hop()).status == 200)
    let unknown = "USA1-" + String(repeating: "0", count: 64)
    #expect(try await client.get("/hub/myinfo", session: unknown, headers: hop()).status == 401)
    #expect(try await client.get("/hub/myinfo", headers: hop()).status == 401)
  }

  @Test(arguments: [
    "forged key", "other path", "other method", "other region", "own region", "unknown region", "nonsense",
    "empty",
  ])
  func aHopHeaderThatProvesNothingIsAsIfAbsent(_ flaw: String) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let hop =
      switch flaw {
      case "forged key": try Self.hop(stack, from: "deu1", to: "ind1", keys: try .parse(HopKeys.fresh()))
      case "other path": try Self.hop(stack, from: "deu1", to: "ind1", path: "/hub/logout")
      case "other method": try Self.hop(stack, from: "deu1", to: "ind1", method: "POST")
      case "other region": try Self.hop(stack, from: "deu1", to: "usa1")
      case "own region": try Self.hop(stack, from: "ind1", to: "ind1")
      case "unknown region":
        try Self.hop(stack, from: "xyz9", to: "ind1", keys: try stack.forwardingKeys("deu1"))
      case "nonsense": [("Vetchium-Hop", "v2;from=deu1")]
      default: [("Vetchium-Hop", "")]
      }
    // It is forwarded like any other request, with a hop of the server's own.
    let answer = try await stack.client("ind1").get("/hub/myinfo", session: person.session, headers: hop)
    #expect(answer.status == 200 && answer.values("Vetchium-Hop").isEmpty, "\(answer)")
  }

  @Test(arguments: Landing.directAndForwarded)
  func theRequestIDTravels(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    let id = "test-\(UInt64.random(in: .min ... .max))"
    let answer = try await stack.client(landing.at).get(
      "/hub/myinfo",
      session: person.session,
      headers: [("X-Request-ID", id)]
    )
    #expect(answer.status == 200)
    answer.expectCommonHeaders()
    #expect(answer.only("X-Request-ID") == id)
    for region in Set([landing.at, landing.home]) {
      let process = try stack.server(region).process
      let line = await process.log.first { $0["request_id"] == id && $0.message == "request" }
      #expect(line?["path"] == "/hub/myinfo" && line?.members["status"].int == 200, "\(region)")
    }
  }

  @Test(
    arguments: Landing.directAndForwarded,
    ["", "has space", String(repeating: "x", count: 129), "ü", "a;b"]
  )
  func anUnusableRequestIDIsReplaced(_ landing: Landing, _ id: String) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    let answer = try await stack.client(landing.at).get(
      "/hub/myinfo",
      session: person.session,
      headers: [("X-Request-ID", id)]
    )
    let fresh = try #require(answer.only("X-Request-ID"))
    #expect(answer.status == 200 && fresh != id)
    #expect(fresh.wholeMatch(of: /[A-Za-z0-9._-]{1,128}/) != nil)
    let process = try stack.server(landing.home).process
    #expect(await process.log.first { $0["request_id"] == fresh } != nil)
  }

  @Test func hopsAreCountedAndMeasuredByHomeRegion() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let client = try stack.client("ind1")
    #expect(try await client.get("/hub/myinfo", session: person.session).status == 200)
    let metrics = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
    #expect(metrics.contains(/vetchium_forwards_total\{to_region="usa1",outcome="answered"\} [1-9]/))
    #expect(metrics.contains(/vetchium_forward_duration_seconds_count\{to_region="usa1"\} [1-9]/))
  }

  @Test func headersAreThereOnceOnForwardedErrorsToo() async throws {
    let stack = try await TestStack.shared
    let unknown = "USA1-" + String(repeating: "0", count: 64)
    let direct = try await stack.client("usa1").get("/hub/myinfo", session: unknown)
    let forwarded = try await stack.client("deu1").get("/hub/myinfo", session: unknown)
    direct.expectProblem(401)
    forwarded.expectProblem(401)
    #expect(direct.body == forwarded.body)
    func names(_ answer: HTTPAnswer) -> [String] { answer.headers.map { $0.name.lowercased() }.sorted() }
    #expect(Set(names(forwarded)).subtracting(names(direct)).isSubset(of: ["via"]))
  }

  @Test func hopByHopFieldsStayBehind() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    // Naming our own fields in Connection must not remove them from the hop (RFC 9110 §7.6.1).
    let headers = [
      ("Connection", "vetchium-hop, x-request-id, authorization, x-mine"), ("X-Mine", "1"),
      ("TE", "trailers"),
      ("Keep-Alive", "timeout=1"), ("Proxy-Authorization", "Basic eA=="),
    ]
    let answer = try await stack.client("ind1").get("/hub/myinfo", session: person.session, headers: headers)
    // The client asked for its credentials to be dropped at the first server, which is its own affair.
    #expect([200, 401].contains(answer.status), "\(answer)")
    answer.expectCommonHeaders()
  }

  @Test func theQueryTravels() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    // Browsers send brackets and bars as they are; what a query holds is nobody's business on the way.
    for query in ["?", "?a=b&a=c", "?%20%C3%A4=%2F", "?x=[1]|{}", "?%ff"] {
      for region in ["ind1", "usa1"] {
        let answer = try await stack.client(region).get("/hub/myinfo\(query)", session: person.session)
        #expect(answer.status == 200, "\(query) \(answer)")
      }
    }
  }
}
