import Foundation
import RegionRouting
import TestSupport
import Testing
import Vocabulary

/// What reaches which listener of a server that has one for other regions' servers (`INTERNAL_HTTP_PORT`).
@Suite struct InternalListenerTests {
  private static func sign(
    _ keys: HopKeys,
    from: String,
    _ purpose: HopPurpose,
    _ method: String,
    _ target: String
  )
    throws -> [(String, String)]
  {
    let signature = HopSignature(
      from: try #require(RegionCode(rawValue: from)),
      to: try #require(RegionCode(rawValue: "ind1")),
      time: Int64(Date().timeIntervalSince1970),
      requestID: "internal-listener"
    )
    let header = HopSigner(region: signature.from, keys: keys)
      .sign(signature, purpose: purpose, method: method, target: target)
    return [("Vetchium-Hop", header), ("X-Request-ID", "internal-listener")]
  }

  /// Runs a server of `ind1` with a listener for others while the body runs.
  private static func withServer(
    _ more: [String: String] = [:],
    _ body: (_ stack: TestStack, _ clients: APIClient, _ port: Int) async throws -> Void
  ) async throws {
    let stack = try await TestStack.shared
    let port = try FreePort.find()
    let own = ["INTERNAL_HTTP_HOST": "127.0.0.1", "INTERNAL_HTTP_PORT": "\(port)"]
    let server = try stack.anotherServer("ind1", environment: own.merging(more) { $1 })
    try await server.start()
    try await server.waitUntilReady()
    try await body(stack, server.client, port)
    // Both listeners stop.
    #expect(try await server.process.terminate() == .exit(0))
  }

  private static let unknownSession = "IND1-" + String(repeating: "0", count: 64)

  @Test func thePublicListenerTakesNoHopsAndNoInternalRequests() async throws {
    try await Self.withServer { stack, clients, port in
      let servers = APIClient(baseURL: "http://127.0.0.1:\(port)")
      let genuine = try stack.forwardingKeys("deu1")
      let worker = try HopKeys.parse(stack.workerKeys("ind1"))
      func hop(_ client: APIClient) async throws -> Int {
        let headers = try Self.sign(genuine, from: "deu1", .forward, "GET", "/hub/myinfo")
        return try await client.get("/hub/myinfo", session: Self.unknownSession, headers: headers).status
      }
      func recover(_ client: APIClient) async throws -> Int {
        let path = "/internal/recover-sagas"
        let headers = try Self.sign(worker, from: "ind1", .recover, "POST", path)
        return try await client.send("POST", path, headers: headers).status
      }
      #expect(try await hop(servers) == 401, "otherwise nothing is tried")
      #expect(try await hop(clients) == 421)
      #expect(try await recover(servers) == 200, "otherwise nothing is tried")
      #expect(try await recover(clients) == 404)
      // What is no hop is for the public listener.
      #expect(try await clients.get("/hub/myinfo", session: Self.unknownSession).status == 401)
      #expect(try await servers.get("/hub/myinfo", session: Self.unknownSession).status == 421)
      #expect(try await servers.get("/metrics").status == 404)
      let forged = try Self.sign(genuine, from: "usa1", .forward, "GET", "/hub/myinfo")
      #expect(try await servers.get("/hub/myinfo", headers: forged).status == 421)
    }
  }

  @Test func onlyServersWithACertificateReachTheInternalListener() async throws {
    let authority = try await CertificateAuthority.make()
    let stranger = try await CertificateAuthority.make()
    let server = try await authority.issue("localhost")
    let certificates = [
      "INTERNAL_CERT_FILE": server.certificate, "INTERNAL_KEY_FILE": server.key,
      "INTERNAL_CLIENT_CA_FILE": authority.certificate,
    ]
    try await Self.withServer(certificates) { stack, _, port in
      for (issuer, isKnown) in [(authority, true), (stranger, false), (nil, false)] {
        var environment = [
          "INTERNAL_ENDPOINT_IND1": "https://localhost:\(port)", "INTERNAL_CA_FILE": authority.certificate,
        ]
        if let issued = try await issuer?.issue("usa1.internal") {
          environment["INTERNAL_CERT_FILE"] = issued.certificate
          environment["INTERNAL_KEY_FILE"] = issued.key
        }
        let landing = try stack.anotherServer("usa1", environment: environment)
        try await landing.start()
        try await landing.waitUntilReady()
        let status = try await landing.client.get("/hub/myinfo", session: Self.unknownSession).status
        #expect(isKnown ? status == 401 : [502, 503].contains(status), "\(status)")
        #expect(try await landing.process.terminate() == .exit(0))
      }
    }
  }
}
