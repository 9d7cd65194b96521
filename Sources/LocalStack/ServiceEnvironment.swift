package import MailSealing

/// One of a stack's databases.
package enum DatabaseKind: Sendable, Equatable {
  case global(regions: [String])
  case region(String)

  /// The role that owns all databases and makes the services' roles.
  package static let owner = "vetchium_owner"

  package var name: String {
    switch self {
    case .global: "vetchium_global"
    case .region(let region): "vetchium_\(region)"
    }
  }

  /// The word for it on the operator's command line.
  private var word: String {
    switch self {
    case .global: "global"
    case .region: "regional"
    }
  }

  package var regions: [String] {
    switch self {
    case .global(let regions): regions
    case .region(let region): [region]
    }
  }

  /// The services' roles that log in to it; those of the API servers are made with their region's database.
  package var roles: [String] {
    switch self {
    case .global: [ServiceRole.globalService.name]
    case .region(let region): [ServiceRole.api(region).name, ServiceRole.worker(region).name]
    }
  }

  /// Arguments of `vetchium` that apply all migrations.
  package func migrate(url: String) -> [String] {
    ["migrate", "up", "--database", word, "--database-url", url]
  }

  /// Arguments of `vetchium` that make the services' roles and give them their rights.
  package func grant(url: String) -> [String] {
    ["grant", "--database", word, "--database-url", url] + regions.map { "--region=\($0)" }
  }
}

/// A service of a stack; each has a database role of its own.
package enum ServiceRole: Sendable, Equatable {
  case api(String)
  case worker(String)
  case globalService

  package var name: String {
    switch self {
    case .api(let region): "vetchium_api_\(region)"
    case .worker(let region): "vetchium_worker_\(region)"
    case .globalService: "vetchium_global"
    }
  }

  package var program: String {
    switch self {
    case .api: "regional-api-server"
    case .worker: "regional-worker"
    case .globalService: "global-service"
    }
  }
}

/// The facts that the services of one stack have in common, from which the environment of each follows.
package struct ServiceEnvironment: Sendable {
  /// Settings of all services; they win over the others.
  package var common: [String: String] = [:]
  /// Whether API servers show clients which one passed a request on.
  package var exposesRegions = false
  /// The keys of requests between services.
  package var keys: StackKeys
  /// The keys that are the same for all API servers and that no database has, by their settings' names.
  package var apiKeys: [String: String]
  /// The keys that open queued mails, and whose public halves seal them, by the name of the database. Without one mails
  /// stay in the clear.
  package var mailKeys: [String: MailOpeningKey]
  /// The API servers' ports on 127.0.0.1 by region.
  package var apiPorts: [String: Int]
  /// The SMTP server's port on 127.0.0.1; nil leaves the services' default.
  package var smtpPort: Int?
  /// `host:port`
  package var dnsServer: String
  package var regions: [String]
  /// The connection string of a role for a database.
  package var connection: @Sendable (_ database: DatabaseKind, _ role: ServiceRole) throws -> String

  package init(
    keys: StackKeys,
    apiKeys: [String: String] = [:],
    mailKeys: [String: MailOpeningKey],
    apiPorts: [String: Int],
    smtpPort: Int?,
    dnsServer: String,
    regions: [String],
    connection: @escaping @Sendable (DatabaseKind, ServiceRole) throws -> String
  ) {
    self.keys = keys
    self.apiKeys = apiKeys
    self.mailKeys = mailKeys
    self.apiPorts = apiPorts
    self.smtpPort = smtpPort
    self.dnsServer = dnsServer
    self.regions = regions
    self.connection = connection
  }

  /// The variables of one service, without `HTTP_PORT`.
  package func variables(of role: ServiceRole) throws -> [String: String] {
    var own = ["HTTP_HOST": "127.0.0.1"]
    switch role {
    case .api(let region):
      own["REGION"] = region
      own["FORWARDING_KEYS"] = keys.forwarding[region]
      own["FORWARDING_VERIFIERS"] = try keys.verifiers(for: region)
      own["WORKER_KEYS"] = keys.workers[region]
      own["STAND_IN_KEY"] = keys.standIn
      if exposesRegions { own["EXPOSE_REGIONS"] = "on" }
      own["DNS_SERVERS"] = dnsServer
      own["MAIL_SEALING_KEYS"] = mailKey(.region(region))?.sealing.base64
      own["GLOBAL_DB_CONN"] = try connection(.global(regions: regions), role)
      own["REGIONAL_DB_CONN"] = try connection(.region(region), role)
      own.merge(endpoints(regions)) { $1 }
      own.merge(apiKeys) { $1 }
    case .worker(let region):
      own["REGION"] = region
      own["WORKER_KEYS"] = keys.workers[region]
      own["REGIONAL_DB_CONN"] = try connection(.region(region), role)
      own["MAIL_OPENING_KEYS"] = mailKey(.region(region))?.base64
      own.merge(endpoints([region])) { $1 }
      own.merge(mail) { $1 }
    case .globalService:
      own["GLOBAL_DB_CONN"] = try connection(.global(regions: regions), role)
      own["MAIL_SEALING_KEYS"] = mailKey(.global(regions: regions))?.sealing.base64
      own["MAIL_OPENING_KEYS"] = mailKey(.global(regions: regions))?.base64
      own.merge(mail) { $1 }
    }
    return own.merging(common) { $1 }
  }

  private func mailKey(_ database: DatabaseKind) -> MailOpeningKey? { mailKeys[database.name] }

  private func endpoints(_ regions: [String]) -> [String: String] {
    regions.reduce(into: [:]) { variables, region in
      variables["INTERNAL_ENDPOINT_\(region.uppercased())"] = apiPorts[region].map {
        "http://127.0.0.1:\($0)"
      }
    }
  }

  private var mail: [String: String] {
    guard let smtpPort else { return [:] }
    return [
      "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "\(smtpPort)", "SMTP_USERNAME": "", "SMTP_PASSWORD": "",
      "SMTP_TLS": "none",
    ]
  }
}
