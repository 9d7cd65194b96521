public import API
public import HTTP1
public import HTTPTypes
import SystemPrimitives
public import Vocabulary

extension Route {
  /// A route for processes that have the keys; for everybody else there is nothing at the path.
  ///
  /// A signature is good for a minute and may be repeated as long, so the handler must be idempotent. It covers the
  /// query, not a body.
  ///
  /// - Parameter region: the one whose processes may ask; nil for all regions'.
  public static func signed(
    _ method: HTTPRequest.Method,
    _ path: String,
    purpose: HopPurpose,
    keys: HopKeys?,
    from region: RegionCode?,
    handler: @escaping @Sendable (InboundRequest) async throws -> Response
  ) -> Route {
    Route(method, path) { inbound in
      guard let keys,
        let signature = try? keys.verify(
          inbound.headers,
          purpose: purpose,
          method: inbound.method.rawValue,
          path: inbound.request.target,
          now: WallClock.seconds()
        ), region == nil || signature.from == region
      else { throw Problem.notFound }
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
