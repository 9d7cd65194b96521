internal import NIOConcurrencyHelpers
public import TestSupport

/// A name server in the process whose TXT records a test sets name by name. A name without records does not exist
/// (NXDOMAIN).
public final class ScriptedZone: Sendable {
  private let server: ScriptedDNS
  private let behaviours: NIOLockedValueBox<[String: ScriptedDNS.Behaviour]>

  private init(_ server: ScriptedDNS, _ behaviours: NIOLockedValueBox<[String: ScriptedDNS.Behaviour]>) {
    self.server = server
    self.behaviours = behaviours
  }

  static func start() async throws -> ScriptedZone {
    let behaviours = NIOLockedValueBox<[String: ScriptedDNS.Behaviour]>([:])
    let server = try await ScriptedDNS.start(
      .byName { name in behaviours.withLockedValue { $0[name.lowercased()] } ?? .code(3) }
    )
    return ScriptedZone(server, behaviours)
  }

  var address: String { server.address }

  func stop() async { try? await server.stop() }

  /// Says what becomes of questions about a name.
  public func set(_ name: String, _ behaviour: ScriptedDNS.Behaviour) {
    behaviours.withLockedValue { $0[name.lowercased()] = behaviour }
  }

  /// Publishes the proof that somebody owns a domain, instead of what was there.
  public func publish(_ token: String, at domain: String) {
    set("_vetchium-verify.\(domain)", .records([token]))
  }
}
