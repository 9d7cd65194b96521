import PostgresClient
public import ServiceRuntime

/// The settings that several services have, but not all.
public enum StandardSettings {
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

extension SettingType where Value == String {
  /// A libpq connection string or URI; libpq itself judges the rest when it connects.
  public static let connectionString = SettingType(
    "a PostgreSQL connection string (postgres://user@host/database or host=… dbname=…)"
  ) { PostgresConnectionString.isReadable($0) ? $0 : nil }
}

extension SettingType where Value == CORSPolicy {
  public static let origins = SettingType("* or origins such as https://app.example.com, separated by commas")
  {
    CORSPolicy($0)
  }
}

extension SettingType where Value == TrustedProxies {
  public static let trustedProxies = SettingType(
    "networks such as 10.0.0.0/8 or ::1/128, separated by commas"
  ) {
    try? TrustedProxies.parse($0)
  }
}
