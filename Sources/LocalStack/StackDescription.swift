internal import FoundationEssentials

/// A running stack's description: for programs in stack.json, for a person at the terminal.
struct StackDescription {
  private let settings: LocalStackSettings
  private let databases: [String: String]

  init(_ settings: LocalStackSettings, _ databases: StackDatabases) throws {
    self.settings = settings
    self.databases = try StackDatabases.kinds.reduce(into: [:]) { urls, kind in
      let url = try databases.tcpURL(kind, DatabaseKind.owner)
      switch kind {
      case .global: urls["global"] = url
      case .region(let region): urls[region] = url
      }
    }
  }

  /// The text of stack.json, which holds the owner's passwords.
  func json() throws -> String {
    struct File: Encodable {
      struct Mail: Encodable { let smtp, maildir: String }
      struct DNS: Encodable { let server, zone: String }
      let base_url: String
      let regional_api: [String: [String]]
      let global_service: String
      let databases: [String: String]
      let mail: Mail
      let dns: DNS
    }
    let file = File(
      base_url: settings.baseURL,
      regional_api: Dictionary(uniqueKeysWithValues: LocalStackSettings.regions.map { ($0, [api($0)]) }),
      global_service: globalService,
      databases: databases,
      mail: .init(smtp: "127.0.0.1:\(settings.smtpPort)", maildir: settings.maildir),
      dns: .init(server: "127.0.0.1:\(settings.dnsPort)", zone: "test")
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(file), as: UTF8.self) + "\n"
  }

  /// The last lines of a start: where everything is, and what to try first.
  func welcome(after time: Duration) -> String {
    let signUp =
      "curl -i \(settings.baseURL)/hub/request-signup -d "
      + "'{\"email_address\": \"you@\(settings.approvedDomains.first ?? "example.com")\"}'"
    let servers = LocalStackSettings.regions.map { "    API server \($0)   \(api($0))\n" }.joined()
    return """
      ==> Vetchium is ready at \(settings.baseURL) (after \(time.components.seconds) s)
      \(servers)\
          global service    \(globalService)
          mail lands in     \(settings.maildir)/new; `make mail` shows the newest
          logs              \(settings.logDirectory)/*.log, as JSON lines
          connection data   \(settings.descriptionFile)

          Sign up:  \(signUp)
          Sign in:  testuser1@example.com (POST /hub/login) or admin1@vetchium.com (POST /admin/login), Password123$
          Tour:     make demo, in another terminal
          Ctrl-C stops everything; `make run` continues with the same data, `make clean-run` forgets it.

      """
  }

  private func api(_ region: String) -> String { "http://127.0.0.1:\(settings.apiPort(region))" }
  private var globalService: String { "http://127.0.0.1:\(settings.globalPort)" }
}
