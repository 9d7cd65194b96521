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

  /// The verifiers of `FORWARDING_VERIFIERS`.
  public static let forwardingVerifiers = Setting<HopVerifiers?>(
    "FORWARDING_VERIFIERS",
    .forwardingVerifiers,
    default: nil,
    text: "",
    "keys by which the servers of other regions are known (vetchium forwarding-verifiers); "
      + "else FORWARDING_KEYS must be the same everywhere, and each region can speak as any other"
  )

  /// The keys of `WORKER_KEYS`.
  public static let workerKeys = Setting<HopKeys?>(
    "WORKER_KEYS",
    .forwardingKeys,
    default: nil,
    text: "",
    "sign the worker's requests to API servers of its region, newest key first; else FORWARDING_KEYS"
  )

  /// The key of `STAND_IN_KEY`.
  public static let standInKey = Setting<StandIn?>(
    "STAND_IN_KEY",
    SettingType("a key of 32 bytes or more in base64") { StandIn(base64: $0).map(Optional.some) },
    default: nil,
    text: "",
    "chooses the region that answers for addresses nobody has; the same in all regions, and never changed"
  )

  /// The regions' public URLs of `PUBLIC_URLS`.
  public static let publicURLs = Setting<[RegionCode: HTTPEndpoint]>(
    "PUBLIC_URLS",
    .publicURLs,
    default: [:],
    text: "",
    "where clients reach each region's servers directly; responses that another region has answered name its URL in "
      + "Vetchium-Home, as far as the client knows the region; else there is no such field"
  )

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

extension SettingType where Value == HopVerifiers? {
  static let forwardingVerifiers = SettingType(
    "entries such as usa1:KEY, separated by commas, with keys of 32 bytes or more in base64, made by "
      + "`vetchium forwarding-verifiers`"
  ) { text in
    (try? HopVerifiers.parse(text)).map(Optional.some)
  }
}

extension SettingType where Value == [RegionCode: HTTPEndpoint] {
  static let publicURLs = SettingType(
    "entries such as deu1=https://deu1.example.com, separated by commas, each region once and URLs without a path",
    parse: PublicURLs.parse
  )
}

extension SettingType where Value == [HTTPEndpoint] {
  static let endpoints = SettingType(
    "one or more http:// or https:// URLs without a path, separated by commas"
  ) { text in
    guard let list = try? HTTPEndpoint.parseList(text), !list.isEmpty else { return nil }
    return list
  }
}
