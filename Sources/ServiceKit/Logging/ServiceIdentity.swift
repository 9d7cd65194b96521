/// Who a log line or metric comes from.
public struct ServiceIdentity: Sendable {
  /// The executable's name, e.g. `regional-api-server`.
  public let service: String
  /// The region's code, or `global`.
  public let region: String

  public init(service: String, region: String) {
    self.service = service
    self.region = region
  }
}
