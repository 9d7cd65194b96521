public import HTTP1
public import Vocabulary

/// The limits of a hop; the defaults are the platform's.
public struct ForwarderConfiguration: Sendable {
  public var ownRegion: RegionCode
  /// From `FORWARDING_KEYS`; nil means that every other region is unavailable.
  public var keys: HopKeys?
  /// For a whole exchange, unless the request arrived with less time.
  public var deadline = Duration.seconds(30)
  /// For connecting, over all endpoints together.
  public var connectTimeout = Duration.seconds(2)
  /// In bytes.
  public var bodyLimit = 1 << 20
  /// Of the connections to other regions.
  public var client = HTTPClient.Configuration()

  public init(ownRegion: RegionCode, keys: HopKeys?) {
    self.ownRegion = ownRegion
    self.keys = keys
  }
}
