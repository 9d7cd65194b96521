public import API
public import HTTP1
public import HTTPTypes
import SystemPrimitives
public import Vocabulary

extension Route {
  /// A route for processes of the own region that have the keys; for everybody else there is nothing at the path.
  ///
  /// A signature is good for a minute and may be repeated as long, so the handler must be idempotent.
  public static func signed(
    _ method: HTTPRequest.Method,
    _ path: String,
    purpose: HopPurpose,
    keys: HopKeys?,
    from region: RegionCode,
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
        ), signature.from == region
      else { throw Problem.notFound }
      return try await handler(inbound)
    }
  }
}

/// The paths of requests between processes of one region.
public enum InternalPath {
  /// A worker asks an API server to recover its region's overdue sagas.
  public static let recoverSagas = "/internal/recover-sagas"
}
