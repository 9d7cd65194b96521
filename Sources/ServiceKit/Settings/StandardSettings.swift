public import Vocabulary

/// Settings that several services have, but not all.
public enum StandardSettings {
  public static let region = Setting(
    required: "REGION",
    .region,
    example: RegionCode.example,
    "own region; its upper-case form begins its tokens"
  )
  public static let globalDatabase = Setting(
    required: "GLOBAL_DB_CONN",
    .connectionString,
    example: "postgres://localhost/vetchium_global",
    "global database"
  )
  public static let regionalDatabase = Setting(
    required: "REGIONAL_DB_CONN",
    .connectionString,
    example: "postgres://localhost/vetchium_ind1",
    "own regional database"
  )
  public static let corsAllowedOrigins = Setting(
    "CORS_ALLOWED_ORIGINS",
    .origins,
    default: .anyOrigin,
    text: "*",
    "pages that may call the API"
  )
  public static let trustedProxies = Setting(
    "TRUSTED_PROXIES",
    .trustedProxies,
    default: TrustedProxies.privateNetworks,
    text: TrustedProxies.privateNetworksText,
    "peers whose X-Forwarded-For is believed"
  )
}
