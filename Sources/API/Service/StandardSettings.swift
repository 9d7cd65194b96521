public import PostgresClient
public import ServiceRuntime

/// The settings that several services have, but not all.
public enum StandardSettings {
  public static let environmentLabel = Setting(
    "ENV",
    .environmentLabel,
    default: "prod",
    text: "prod",
    "what the service is there for; dev and ci allow the switches for tests and warn of no key that is missing"
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
  public static let globalDatabaseReplica = Setting(
    "GLOBAL_DB_READ_CONN",
    .optionalConnectionString,
    default: nil,
    text: "",
    "read replica of the global database, asked first where a person or tenant is at home"
  )
  public static let globalDatabaseDirect = Setting(
    "GLOBAL_DB_DIRECT_CONN",
    .optionalConnectionString,
    default: nil,
    text: "",
    "global database without a pooler in transaction mode in between, for LISTEN and the leader's lock; "
      + "else GLOBAL_DB_CONN"
  )
  public static let regionalDatabaseDirect = Setting(
    "REGIONAL_DB_DIRECT_CONN",
    .optionalConnectionString,
    default: nil,
    text: "",
    "own regional database without a pooler in transaction mode in between, for LISTEN and the leader's lock; "
      + "else REGIONAL_DB_CONN"
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
    default: TrustedProxies.loopback,
    text: TrustedProxies.loopbackText,
    "peers whose X-Forwarded-For is believed"
  )
}

extension SettingType where Value == String {
  /// A libpq connection string or URI.
  public static let connectionString = SettingType(
    "a PostgreSQL connection string (postgres://user@host/database or host=… dbname=…)",
    problem: { PostgresConnectionString.problem(of: $0)?.description },
    parse: { PostgresConnectionString.problem(of: $0) == nil ? $0 : nil }
  )
}

extension SettingType where Value == String? {
  public static let optionalConnectionString = SettingType(
    SettingType<String>.connectionString.expectation,
    problem: SettingType<String>.connectionString.problem,
    parse: { PostgresConnectionString.problem(of: $0) == nil ? .some($0) : nil }
  )
}

extension PostgresPoolConfiguration {
  /// How a service reaches a database with the settings that all services have.
  ///
  /// - Parameters:
  ///   - database: the name that errors give it, in front of the word "database".
  ///   - admissions: whether it is the service's database, with a schema that the service can work with.
  public init(
    _ connectionString: String,
    _ common: CommonSettings,
    database: String,
    admissions: [PostgresAdmission],
    applicationName: String
  ) {
    self.init(
      connectionString: connectionString,
      size: common.poolSize,
      applicationName: applicationName
    )
    preparesStatements = common.preparesStatements
    maximumAge = common.connectionMaximumAge
    self.database = database
    self.admissions = admissions
  }

  /// How the same database is reached for what needs a session of its own.
  /// - Parameter connectionString: nil if the pool's own leads to it without a pooler.
  public func direct(_ connectionString: String?) -> PostgresPoolConfiguration {
    var configuration = self
    configuration.connectionString = connectionString ?? self.connectionString
    configuration.needsOwnSession = true
    return configuration
  }
}

extension SettingType where Value == String {
  static let environmentLabel = SettingType("prod, ci, full or dev") { text in
    let label = text.lowercased()
    return ["prod", "ci", "full", "dev"].contains(label) ? label : nil
  }
}

extension SettingType where Value == CORSPolicy {
  public static let origins = SettingType(
    "* or origins as browsers send them (https://app.example.com), separated by commas: "
      + "in lower case, without path and default port, other letters as A-labels (xn--…)"
  ) { CORSPolicy($0) }
}

extension SettingType where Value == TrustedProxies {
  public static let trustedProxies = SettingType(
    "networks such as 10.0.0.0/8 or ::1/128, separated by commas"
  ) {
    try? TrustedProxies.parse($0)
  }
}
