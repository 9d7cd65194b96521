import Foundation
import RegionRouting
import SystemPrimitives
import TestSupport
import Testing
import Vocabulary

/// What a thief of one region's keys, or somebody on the way between regions, tries with signed requests. The stolen
/// region is `deu1`, the attacked one `ind1`, and `usa1` is the one they would like to be.
@Suite(.serialized) struct HopAttackTests {
  private static let requestID = "attack-on-the-hop"

  private static func region(_ code: String) throws -> RegionCode { try #require(RegionCode(rawValue: code)) }

  /// The header of a hop to `ind1`, made with the given keys whatever it claims.
  private static func hop(
    from: String,
    keys: HopKeys,
    method: String = "POST",
    target: String = "/hub/login",
    client: String = "192.0.2.7",
    body: Data,
    age: Int64 = 0
  ) throws -> String {
    let signature = HopSignature(
      from: try region(from),
      to: try region("ind1"),
      time: Int64(Date().timeIntervalSince1970) - age,
      requestID: requestID,
      client: IPAddress(client),
      body: body.isEmpty ? .none : .digest(SHA256.hash(body))
    )
    return HopSigner(region: signature.from, keys: keys)
      .sign(signature, purpose: .forward, method: method, target: target)
  }

  /// A login of somebody who has no account; it is answered where a signed request for it arrives, like a wrong
  /// password.
  private static func login(_ email: String, _ password: String) -> Data {
    let body: JSON = ["email_address": .string(email), "password": .string(password)]
    return body.data
  }

  private static func unheardOfAddress() -> String {
    "nobody-\(UInt64.random(in: .min ... .max))@example.com"
  }

  private static func send(_ client: APIClient, _ header: String, _ body: Data, _ path: String = "/hub/login")
    async throws -> HTTPAnswer
  {
    let headers = [
      ("Vetchium-Hop", header), ("X-Request-ID", requestID), ("Content-Type", "application/json"),
    ]
    return try await client.send("POST", path, headers: headers, body: body)
  }

  /// The number of refusals that a server has counted; other suites add to it.
  private static func refusals(_ client: APIClient, _ reason: HopRefusal) async throws -> Int {
    let text = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
    let line = text.split(separator: "\n").first {
      $0.hasPrefix("vetchium_hops_refused_total{reason=\"\(reason.rawValue)\"}")
    }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
  }

  /// Sends a hop that proves nothing: the request is a client's, whose guesses at a password are counted for the
  /// address they come from, whatever the header claims.
  private static func expectNothingBelieved(
    _ reason: HopRefusal,
    _ header: (_ client: String, _ body: Data) throws -> String
  ) async throws {
    let stack = try await TestStack.shared
    let client = try stack.server("ind1").client
    let email = unheardOfAddress()
    let before = try await refusals(client, reason)
    var statuses: [Int] = []
    for number in 0..<12 {
      let body = login(email, "Wrong-password-\(number)")
      statuses.append(try await send(client, header("198.51.100.\(number)", body), body).status)
    }
    #expect(statuses.last == 429, "a new address for each guess: \(statuses)")
    #expect(try await refusals(client, reason) >= before + 12)
  }

  @Test func aStolenRegionCannotSpeakAsAnother() async throws {
    let stack = try await TestStack.shared
    let stolen = try stack.forwardingKeys("deu1")
    try await Self.expectNothingBelieved(.forged) {
      try Self.hop(from: "usa1", keys: stolen, client: $0, body: $1)
    }
  }

  @Test(arguments: ["ind1", "xyz9"])
  func aStolenRegionCannotSpeakAsTheAttackedOneOrAsNobody(_ name: String) async throws {
    let stack = try await TestStack.shared
    let stolen = try stack.forwardingKeys("deu1")
    try await Self.expectNothingBelieved(.unknownSender) {
      try Self.hop(from: name, keys: stolen, client: $0, body: $1)
    }
  }

  @Test func aWorkersKeySignsNoHop() async throws {
    let stack = try await TestStack.shared
    let worker = try HopKeys.parse(stack.workerKeys("ind1"))
    for (name, reason) in [("ind1", HopRefusal.unknownSender), ("usa1", .forged)] {
      try await Self.expectNothingBelieved(reason) {
        try Self.hop(from: name, keys: worker, client: $0, body: $1)
      }
    }
  }

  @Test func theClientOfAHopCannotBeReplaced() async throws {
    let stack = try await TestStack.shared
    let genuine = try stack.forwardingKeys("deu1")
    try await Self.expectNothingBelieved(.forged) { client, body in
      try Self.hop(from: "deu1", keys: genuine, body: body)
        .replacingOccurrences(of: "192.0.2.7", with: client)
    }
  }

  @Test func aHopCannotBeReordered() async throws {
    let stack = try await TestStack.shared
    let genuine = try stack.forwardingKeys("deu1")
    try await Self.expectNothingBelieved(.malformed) { client, body in
      try Self.hop(from: "deu1", keys: genuine, client: client, body: body)
        .replacingOccurrences(of: "from=deu1;to=ind1", with: "to=ind1;from=deu1")
    }
  }

  @Test func aHopCannotBeReplayed() async throws {
    let stack = try await TestStack.shared
    let client = try stack.server("ind1").client
    let email = Self.unheardOfAddress()
    let body = Self.login(email, "Wrong-password-1")
    let header = try Self.hop(from: "deu1", keys: stack.forwardingKeys("deu1"), body: body)
    let before = try await Self.refusals(client, .replayed)
    #expect(try await Self.send(client, header, body).status == 401)
    for _ in 0..<3 { #expect(try await Self.send(client, header, body).status == 421) }
    #expect(try await Self.refusals(client, .replayed) >= before + 3)
    let old = try Self.hop(from: "deu1", keys: stack.forwardingKeys("deu1"), body: body, age: 61)
    #expect(try await Self.send(client, old, body).status == 421)
  }

  /// Whoever sees a login pass cannot put another password in its place.
  @Test func theBodyOfAHopCannotBeSwapped() async throws {
    let stack = try await TestStack.shared
    let client = try stack.server("ind1").client
    let email = Self.unheardOfAddress()
    let (signed, swapped) = (Self.login(email, "Wrong-password-1"), Self.login(email, "Wrong-password-2"))
    try #require(signed.count == swapped.count)
    let before = try await Self.refusals(client, .alteredBody)
    let header = try Self.hop(from: "deu1", keys: stack.forwardingKeys("deu1"), body: signed)
    #expect(try await Self.send(client, header, swapped).status == 421)
    #expect(try await Self.refusals(client, .alteredBody) >= before + 1)
    let longer = try Self.hop(from: "deu1", keys: stack.forwardingKeys("deu1"), body: Data())
    #expect(try await Self.send(client, longer, swapped).status == 421)
  }

  @Test func aHopCannotBeTurnedToAnotherPathOrRegion() async throws {
    let stack = try await TestStack.shared
    let email = Self.unheardOfAddress()
    let body = Self.login(email, "Wrong-password-1")
    let keys = try stack.forwardingKeys("deu1")
    let before = try await Self.refusals(try stack.server("ind1").client, .forged)
    let header = try Self.hop(from: "deu1", keys: keys, target: "/hub/request-password-reset", body: body)
    #expect(try await Self.send(try stack.server("ind1").client, header, body).status == 401)
    #expect(try await Self.refusals(try stack.server("ind1").client, .forged) >= before + 1)
    // It was for ind1. usa1 believes none of it, and passes the request on like any client's.
    let elsewhere = try await Self.refusals(try stack.server("usa1").client, .otherRegion)
    #expect(
      try await Self.send(
        try stack.server("usa1").client,
        try Self.hop(from: "deu1", keys: keys, body: body),
        body
      ).status == 401
    )
    #expect(try await Self.refusals(try stack.server("usa1").client, .otherRegion) >= elsewhere + 1)
  }

  /// A release lets go of an employer's domain, a recovery undoes sagas: neither is for whoever has other keys.
  @Test func internalRequestsNeedTheirOwnKey() async throws {
    let stack = try await TestStack.shared
    let client = try stack.server("ind1").client
    let worker = try HopKeys.parse(stack.workerKeys("ind1"))
    let release = "/internal/org/release-domain?tenant=\(UUID())&domain=example.com&proven=true"
    func ask(_ path: String, _ purpose: HopPurpose, from: String, _ keys: HopKeys) async throws -> Int {
      let signature = HopSignature(
        from: try Self.region(from),
        to: try Self.region("ind1"),
        time: Int64(Date().timeIntervalSince1970),
        requestID: Self.requestID
      )
      let header = HopSigner(region: signature.from, keys: keys)
        .sign(signature, purpose: purpose, method: "POST", target: path)
      return try await Self.send(client, header, Data(), path).status
    }
    let recover = "/internal/recover-sagas"
    let stolen = try stack.forwardingKeys("deu1")
    #expect(try await ask(recover, .recover, from: "ind1", worker) == 200, "otherwise nothing is tried")
    #expect(try await ask(recover, .recover, from: "ind1", stolen) == 404)
    #expect(try await ask(recover, .recover, from: "deu1", stolen) == 404)
    #expect(try await ask(recover, .forward, from: "deu1", stolen) == 404)
    #expect(try await ask(release, .release, from: "usa1", stolen) == 404)
    #expect(try await ask(release, .release, from: "ind1", worker) == 404)
    #expect(try await ask(release, .forward, from: "deu1", stolen) == 404)
  }

  /// Neither a path in disguise nor a request behind another one gets through the load balancer to what is internal.
  @Test func nginxLetsNobodyThroughToInternalPaths() async throws {
    let stack = try await TestStack.shared
    let ports = try stack.regions.map { try stack.server($0).port }
    let balancer = try await LoadBalancer.start(apiServers: ports, globalService: stack.globalService.port)
    let worker = try HopKeys.parse(stack.workerKeys("ind1"))
    let path = "/internal/recover-sagas"
    let targets = [
      path, "//internal/recover-sagas", "/%69nternal/recover-sagas", "/x/../internal/recover-sagas",
      "/./internal/recover-sagas", "/x/%2e%2e/internal/recover-sagas", "/internal//recover-sagas",
      "/INTERNAL/recover-sagas", "/internal%2frecover-sagas", "/hub/..;/internal/recover-sagas",
      "http://h/internal/recover-sagas",
    ]
    for target in targets {
      let signature = HopSignature(
        from: try Self.region("ind1"),
        to: try Self.region("ind1"),
        time: Int64(Date().timeIntervalSince1970),
        requestID: Self.requestID
      )
      // The thief has the worker's key, and only no way to the server but this one.
      let header = HopSigner(region: signature.from, keys: worker)
        .sign(signature, purpose: .recover, method: "POST", target: path)
      let answer = try await RawConnection.exchange(
        port: balancer.port,
        "POST \(target) HTTP/1.1\r\nHost: h\r\nX-Request-ID: \(Self.requestID)\r\nVetchium-Hop: \(header)\r\n"
          + "Content-Length: 0\r\nConnection: close\r\n\r\n"
      )
      #expect(answer.hasPrefix("HTTP/1.1 404 ") || answer.hasPrefix("HTTP/1.1 400 "), "\(target): \(answer)")
    }
  }
}
