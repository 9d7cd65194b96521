import Foundation
import HTTP1
import HTTP1TLS
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// Who may connect to the listener for other regions' servers, and which servers are believed.
@Suite(.timeLimit(.minutes(2))) struct RegionTLSTests {
  private static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  /// An authority and a server with its certificate.
  private struct Site {
    let authority: CertificateAuthority
    let server: CertificateAuthority.Issued
    let client: CertificateAuthority.Issued

    static func make() async throws -> Site {
      let authority = try await CertificateAuthority.make()
      return Site(
        authority: authority,
        server: try await authority.issue("localhost"),
        client: try await authority.issue("usa1.internal")
      )
    }

    var listener: RegionTLS { listener(server) }

    func listener(_ certificate: CertificateAuthority.Issued) -> RegionTLS {
      RegionTLS(
        RegionCertificates(
          certificate: certificate.certificate,
          key: certificate.key,
          clientAuthorities: authority.certificate
        )
      )
    }

    /// A region's server that connects.
    func peer(_ certificate: CertificateAuthority.Issued?) -> RegionTLS {
      RegionTLS(
        RegionCertificates(
          authorities: authority.certificate,
          certificate: certificate?.certificate,
          key: certificate?.key
        )
      )
    }
  }

  /// Says whether a request over a new connection is answered.
  private static func isAnswered(_ client: RegionTLS, by server: RegionTLS) async throws -> Bool {
    try await withServer {
      $0.tls = server
    } _: { _ in
      Response(status: .ok, body: .init(string: "ok"))
    } body: { port in
      await ask(client, port)
    }
  }

  private static func ask(_ tls: RegionTLS, _ port: Int) async -> Bool {
    guard let endpoint = try? HTTPEndpoint("https://localhost:\(port)") else { return false }
    var configuration = HTTPClient.Configuration()
    configuration.tls = tls
    let client = HTTPClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
    let outcome = await client.makeHandle(preferring: nil).send(
      ClientRequest(method: .get, target: "/", fields: [.host: endpoint.authority]),
      to: endpoint,
      connectTimeout: .seconds(20),
      timeout: .seconds(20)
    )
    await client.shutdown()
    if case .success(.whole(let head, _)) = outcome { return head.status == 200 }
    return false
  }

  @Test func bothSidesKnowEachOther() async throws {
    let site = try await Site.make()
    #expect(try await Self.isAnswered(site.peer(site.client), by: site.listener))
  }

  @Test func aClientWithoutCertificateIsRefused() async throws {
    let site = try await Site.make()
    #expect(try await !Self.isAnswered(site.peer(nil), by: site.listener))
  }

  @Test func aClientOfAnotherAuthorityIsRefused() async throws {
    let (site, other) = (try await Site.make(), try await Site.make())
    #expect(try await !Self.isAnswered(site.peer(other.client), by: site.listener))
  }

  @Test func anExpiredClientIsRefused() async throws {
    let site = try await Site.make()
    let expired = try await site.authority.issue("usa1.internal", days: -1)
    #expect(try await !Self.isAnswered(site.peer(expired), by: site.listener))
  }

  @Test func anExpiredServerIsNotBelieved() async throws {
    let site = try await Site.make()
    let expired = site.listener(try await site.authority.issue("localhost", days: -1))
    #expect(try await !Self.isAnswered(site.peer(site.client), by: expired))
  }

  @Test func aServerOfAnotherNameIsNotBelieved() async throws {
    let site = try await Site.make()
    let other = site.listener(try await site.authority.issue("elsewhere.internal"))
    #expect(try await !Self.isAnswered(site.peer(site.client), by: other))
  }

  @Test func aServerOfAnotherAuthorityIsNotBelieved() async throws {
    let (site, other) = (try await Site.make(), try await Site.make())
    #expect(try await !Self.isAnswered(other.peer(site.client), by: site.listener))
  }

  /// The files are exchanged while the server runs: new connections get the new certificate.
  @Test func certificatesAreReadAnewWhenTheyChange() async throws {
    let (old, new) = (try await Site.make(), try await Site.make())
    let (server, client) = (old.listener, old.peer(old.client))
    let stranger = RegionTLS(
      RegionCertificates(
        authorities: new.authority.certificate,
        certificate: old.client.certificate,
        key: old.client.key
      )
    )
    let replacement = try await new.authority.issue("localhost")
    try await withServer {
      $0.tls = server
    } _: { _ in
      Response(status: .ok, body: .init(string: "ok"))
    } body: { port in
      #expect(await Self.ask(client, port))
      #expect(await !Self.ask(stranger, port))
      try old.server.replace(with: replacement)
      await server.renew(Self.quiet)
      #expect(await Self.ask(stranger, port))
      #expect(await !Self.ask(client, port))
    }
  }

  @Test func aChangeThatCannotBeUsedChangesNothing() async throws {
    let site = try await Site.make()
    let (server, client) = (site.listener, site.peer(site.client))
    let (other, third) = (
      try await site.authority.issue("localhost"), try await site.authority.issue("localhost")
    )
    try await withServer {
      $0.tls = server
    } _: { _ in
      Response(status: .ok, body: .init(string: "ok"))
    } body: { port in
      #expect(await Self.ask(client, port))
      // The certificate of one and the key of another.
      try site.server.replace(with: other)
      try Data(contentsOf: URL(filePath: third.key)).write(
        to: URL(filePath: site.server.key),
        options: .atomic
      )
      await server.renew(Self.quiet)
      #expect(await Self.ask(client, port))
    }
  }
}
