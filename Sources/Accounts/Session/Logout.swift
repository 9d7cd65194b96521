import API
public import HTTP1
import PostgresClient

extension AccountRealm {
  /// Ends this session only.
  /// - Throws: 401 if it has ended meanwhile: of two parallel logouts one comes too late.
  public func logout(_ user: some SignedIn) async throws -> Response {
    let deleted = try await database.pool.execute(queries.deleteSession(user.sessionHash)).affectedRows
    guard deleted == 1 else { throw Problem.invalidSession }
    return .empty
  }
}
