public import API
import HTTPTypes
import JSON
public import RegionRouting
public import Sagas
public import Vocabulary

/// The server's end.
public enum SagaRecoveryRoute {
  static let path = "/internal/recover-sagas"

  /// - Parameter keys: nil: nobody can ask.
  public static func routes(_ recovery: SagaRecovery, keys: HopKeys?, region: RegionCode) -> [Route] {
    [
      .signed(.post, path, purpose: .recover, keys: keys, from: region) { inbound in
        let report = try await recovery.recoverOverdue(logger: inbound.logger)
        return .json { json in
          json.member("found", report.found)
          json.member("recovered", report.recovered)
          json.member("failed", report.failed)
        }
      }
    ]
  }
}
