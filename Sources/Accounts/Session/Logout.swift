public import HTTP1
import PostgresClient
import ServiceKit
import SharedQueries

extension AccountRealm {
  /// Ends this session only.
  /// - Throws: 401 if it has ended meanwhile: of two parallel logouts one comes too late.
  public func logout(_ user: some SignedIn) async throws -> Response {
    let deleted = try await tables.deleteSession(database.pool, tokenHash: user.sessionHash)
    guard deleted == 1 else { throw Problem.invalidSession }
    return .empty
  }
}
