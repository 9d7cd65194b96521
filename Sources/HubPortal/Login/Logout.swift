import HTTPServing
import RegionRouting
import RegionalDatabase
import ServiceKit

extension HubPortal {
  /// `POST /hub/logout`: ends this session only.
  func logout(_ user: HubUser, _: RegionalCall) async throws -> Response {
    // Of two parallel logouts one comes too late: its session is gone.
    guard try await regionalQueries.deleteHubSession(tokenHash: user.sessionHash) == 1 else {
      throw Problem.invalidSession
    }
    return .empty
  }
}
