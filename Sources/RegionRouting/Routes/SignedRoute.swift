public import API
public import HTTP1
public import HTTPTypes
import SystemPrimitives

extension Route {
  /// A route for processes that have the keys; for everybody else there is nothing at the path.
  ///
  /// A signature is accepted once by each server, and says that there is no body. One that did not respond may be asked
  /// again, so the handler must be idempotent.
  ///
  /// - Parameter verifier: checks the signatures; it knows which processes may ask for what
  public static func signed(
    _ method: HTTPRequest.Method,
    _ path: String,
    purpose: HopPurpose,
    verifier: HopVerifier,
    handler: @escaping @Sendable (InboundRequest) async throws -> Response
  ) -> Route {
    Route(method, path) { inbound in
      let signature = try? verifier.verify(
        inbound.request.head,
        purpose: purpose,
        requestID: inbound.id,
        now: WallClock.seconds()
      )
      guard signature?.body == HopBody.none else { throw Problem.notFound }
      return try await handler(inbound)
    }
  }
}

/// The paths of requests between processes of the platform.
public enum InternalPath {
  /// A worker asks an API server to recover its region's overdue sagas.
  public static let recoverSagas = "/internal/recover-sagas"
  /// A server asks another region's to let go of a domain.
  /// - Parameter portal: `org` or `agency`
  public static func releaseDomain(_ portal: String) -> String { "/internal/\(portal)/release-domain" }
}
