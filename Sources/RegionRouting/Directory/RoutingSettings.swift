public import HTTP1
public import ServiceRuntime
public import Vocabulary

/// The settings of services that send signed requests to a region's servers.
public enum RoutingSettings {
  /// The keys of `FORWARDING_KEYS`.
  ///
  /// - Parameter purpose: what this service uses them for
  public static func forwardingKeys(_ purpose: String) -> Setting<HopKeys?> {
    Setting("FORWARDING_KEYS", .forwardingKeys, default: nil, text: "", purpose)
  }

  /// Reads every `INTERNAL_ENDPOINT_<REGION>`, by region.
  public static func readEndpoints(
    _ reader: inout SettingsReader,
    _ purpose: String
  ) -> [RegionCode: [HTTPEndpoint]] {
    var endpoints: [RegionCode: [HTTPEndpoint]] = [:]
    for (suffix, list) in reader.readAll(prefix: "INTERNAL_ENDPOINT_", .endpoints, purpose) {
      guard let region = RegionCode(tokenPrefix: suffix), region.tokenPrefix == suffix else {
        reader.note(
          "INTERNAL_ENDPOINT_\(suffix)",
          "names no region",
          "a region code in upper case such as INTERNAL_ENDPOINT_IND1"
        )
        continue
      }
      endpoints[region] = list
    }
    return endpoints
  }
}

extension SettingType where Value == HopKeys? {
  static let forwardingKeys = SettingType("keys of 32 bytes or more in base64, separated by commas") { text in
    (try? HopKeys.parse(text)).map(Optional.some)
  }
}

extension SettingType where Value == [HTTPEndpoint] {
  static let endpoints = SettingType(
    "one or more http:// or https:// URLs without a path, separated by commas"
  ) { text in
    guard let list = try? HTTPEndpoint.parseList(text), !list.isEmpty else { return nil }
    return list
  }
}
