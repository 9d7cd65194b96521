import Foundation
import PostgresClient
import Testing

@testable import API
@testable import ServiceRuntime

struct SettingsTests {
  @Test(arguments: [
    ("15s", Duration.seconds(15)), ("10m", .seconds(600)), ("1h30m", .seconds(5400)),
    ("1.5h", .seconds(5400)),
    ("8760h", .seconds(31_536_000)), ("250ms", .milliseconds(250)),
  ])
  func readsGoDurations(text: String, duration: Duration) {
    #expect(GoDuration.parse(text) == duration)
  }

  @Test(arguments: [
    "", "0s", "-1s", "10", "s", "10 s", "1d", "1h-5m", "１０s", "1..5s", "NaNs", "9999999999999h",
  ])
  func refusesOtherDurations(text: String) {
    #expect(GoDuration.parse(text) == nil)
  }

  @Test(arguments: [
    ("http://localhost:3000/", "http://localhost:3000"),
    ("https://hub.example.com", "https://hub.example.com"),
  ])
  func readsURLs(text: String, url: String) {
    #expect(SettingType<String>.url.parse(text) == url)
  }

  @Test(arguments: ["", "localhost:3000", "ftp://x", "http://", "http:///path", "http://a b"])
  func refusesOtherURLs(text: String) {
    #expect(SettingType<String>.url.parse(text) == nil)
  }

  @Test func namesEveryProblemAndNoValue() throws {
    var reader = SettingsReader(["LOG_LEVEL": "loud", "DB_POOL_SIZE": "s3cret", "REGION": ""])
    _ = reader.read(CommonSettings.logLevel)
    _ = reader.read(CommonSettings.poolSize)
    _ = reader.read(CommonSettings.region)
    #expect(reader.read(CommonSettings.host) == "::")
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(
      error?.problems == [
        "DB_POOL_SIZE: has a value that cannot be read, expected a whole number from 1 to 1000",
        "LOG_LEVEL: has a value that cannot be read, expected debug, info, warn or error",
        "REGION: is not set, expected a region code such as ind1 (2 to 8 letters a-z, then 1 to 3 digits)",
      ]
    )
  }

  @Test(arguments: [
    ("0s", Duration.zero), ("0", .zero), ("0ms", .zero), ("0h0m", .zero), ("0.0s", .zero),
    ("5s", .seconds(5)),
    ("-0s", nil), ("", nil), ("0d", nil), ("00", nil),
  ])
  func readsDurationsThatMayBeNothing(text: String, duration: Duration?) {
    #expect(SettingType<Duration>.durationOrZero.parse(text) == duration)
  }

  private func withFile(_ content: String, _ body: (_ path: String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/setting-\(UUID())"
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test(arguments: ["12", "12\n", "12\r\n", "12\n\n", "12 \t\r\n ", "12\u{A0}\u{2028}"])
  func readsAValueFromAFile(content: String) throws {
    try withFile(content) { path in
      var reader = SettingsReader(["DB_POOL_SIZE_FILE": path])
      #expect(reader.read(CommonSettings.poolSize) == 12)
      try reader.finish()
    }
  }

  @Test(arguments: ["", "\n", " \r\n\t"])
  func anEmptyFileSetsNothing(content: String) throws {
    try withFile(content) { path in
      var reader = SettingsReader(["DB_POOL_SIZE_FILE": path])
      #expect(reader.read(CommonSettings.poolSize) == 16)
      try reader.finish()
    }
  }

  @Test(arguments: ["1\n2", "\n12", "12\n\n3\n"])
  func refusesFilesOfSeveralLines(content: String) throws {
    try withFile(content) { path in
      var reader = SettingsReader(["REGION_FILE": path])
      _ = reader.read(CommonSettings.region)
      let error = #expect(throws: SettingsError.self) { try reader.finish() }
      #expect(
        error?.problems == [
          "REGION_FILE: names a file of several lines, expected a file with the value on one line"
        ]
      )
    }
  }

  @Test func refusesAFileBesideAValueAndOneThatIsNotThere() {
    var reader = SettingsReader([
      "REGION_FILE": "/nowhere", "DB_POOL_SIZE": "3", "DB_POOL_SIZE_FILE": "/nowhere",
    ])
    _ = reader.read(CommonSettings.region)
    _ = reader.read(CommonSettings.poolSize)
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(
      error?.problems == [
        "DB_POOL_SIZE_FILE: is set beside DB_POOL_SIZE, expected only one of the two",
        "REGION_FILE: names a file that cannot be read, expected the path of a readable text file",
      ]
    )
  }

  @Test(arguments: [
    (
      "tcp://10.0.0.1:25",
      "has the value of a Kubernetes service link (enableServiceLinks: false switches them off)"
    ),
    ("2\n5", "has a control character or a byte order mark"),
    ("2\u{0}5", "has a control character or a byte order mark"),
    ("\u{FEFF}25", "has a control character or a byte order mark"),
  ])
  func saysWhatIsWrongWithAValue(value: String, problem: String) {
    var reader = SettingsReader(["HTTP_PORT": value])
    _ = reader.read(CommonSettings.port(default: 8080))
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(error?.problems == ["HTTP_PORT: \(problem), expected a whole number from 0 to 65535"])
  }

  /// Whatever has put them there: nobody sees them, and nobody means them.
  @Test(arguments: ["secret\n", "secret\r\n", "secret \t", "secret\u{A0}"])
  func blanksAndLineEndsAtTheEndAreDropped(value: String) throws {
    let setting = Setting<String>("SMTP_PASSWORD", .text, default: "", text: "", "password for AUTH")
    var reader = SettingsReader([
      "SMTP_PASSWORD": value, "DB_POOL_SIZE": "\n", "INTERNAL_ENDPOINT_IND1": value,
      "INTERNAL_ENDPOINT_USA1": " ",
    ])
    #expect(reader.read(setting) == "secret")
    #expect(reader.read(CommonSettings.poolSize) == 16)
    #expect(reader.readAll(prefix: "INTERNAL_ENDPOINT_", SettingType<String>.text, "") == ["IND1": "secret"])
    try reader.finish()
  }

  @Test func aFileHasAtMost64KiB() throws {
    let setting = Setting<String>("SMTP_PASSWORD", .text, default: "", text: "", "password for AUTH")
    func read(_ path: String) throws -> String {
      var reader = SettingsReader(["SMTP_PASSWORD_FILE": path])
      let value = reader.read(setting)
      try reader.finish()
      return value
    }
    let longest = String(repeating: "x", count: 64 * 1024)
    try withFile(longest) { path in
      let value = try read(path)
      #expect(value == longest)
    }
    let problem = SettingsError(problems: [
      "SMTP_PASSWORD_FILE: names a file of more than 64 KiB, expected a file with the value on one line"
    ])
    try withFile(longest + "x") { path in #expect(throws: problem) { try read(path) } }
    #expect(throws: problem) { try read("/dev/zero") }
    #expect(throws: SettingsError.self) { try read("/") }
  }

  private static let connectionStrings: [(String, PostgresConnectionString.Problem?)] = [
    ("postgres://u:p@host/db", nil), ("postgresql://u@host:5432/db?sslmode=verify-full", nil),
    ("dbname=x", nil),
    ("host=db-1,db-2 dbname=x target_session_attrs=read-write", nil),
    ("postgres://u@db-1,db-2:5433/x?target_session_attrs=prefer-standby", nil),
    ("host=db-1,db-2 port=5432,5433 dbname=x", nil), ("host=db-1,db-2 port=5433 dbname=x", nil),
    ("postgres://u:p%2Fa%23s%3Fs%40@host/db", nil), ("postgres:///db?host=/run/postgresql&port=5432", nil),
    ("postgres://u@/db?host=/run/postgresql", nil), ("postgres://host/db?user=a@b&password=c@d#e", nil),
    ("postgres://u@[::1]:5432/db", nil), ("host=@abstract dbname=x", nil), ("service=global", nil),
    ("hostaddr=fe80::1%eth0 dbname=x", nil), ("host='' port='' dbname=x", nil),
    ("password='a/b#c?d@e' dbname=x", nil),
    ("postgres://u:s3/cret@host/db", .unescaped), ("postgres://u:12/34@host/db", .unescaped),
    ("postgres://u:s3#cret@host/db", .unescaped), ("postgres://u:s3?cret@host/db", .unescaped),
    ("postgres://u:s3@cret@host/db", .unescaped), ("postgresql://u:s3@c/ret@host/db", .unescaped),
    ("postgres://u:@@host/db", .unescaped), ("postgres://u:s3cret@host/db#x", .unescaped),
    ("postgres://u:s3/cret?@host/db", .unreadable), ("postgres://u:s3%zz@host/db", .unreadable),
    ("s3cret", .unreadable), ("host=x nonsense=s3cret", .unreadable), ("postgres://[/db", .unreadable),
    ("postgres://u@host:s3cret/db", .port), ("host=x port=0", .port), ("host=x port=65536", .port),
    ("host=x port=+1", .port), ("host=x,y port=1,2,3", .port),
    ("hostaddr=127.0.0.1 host=x,y port=1,2", .port),
    ("host='my host' dbname=x", .host), ("postgres://u@h%C3%BCbsch/db", .host),
    ("host=[::1] dbname=x", .host),
    ("hostaddr=localhost", .host), ("host=x sslmode=s3cret", .sslmode), ("host=x sslmode=Require", .sslmode),
    ("host=x target_session_attrs=s3cret", .targetSessionAttributes),
  ]

  @Test(arguments: connectionStrings)
  func connectionStringsAreCheckedAtStart(text: String, problem: PostgresConnectionString.Problem?) throws {
    #expect(PostgresConnectionString.problem(of: text) == problem)
    var reader = SettingsReader(["GLOBAL_DB_CONN": text, "GLOBAL_DB_READ_CONN": text])
    _ = reader.read(StandardSettings.globalDatabase)
    _ = reader.read(StandardSettings.globalDatabaseReplica)
    guard let problem else { return try reader.finish() }
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(error?.problems.map { $0.prefix { $0 != ":" } } == ["GLOBAL_DB_CONN", "GLOBAL_DB_READ_CONN"])
    for line in error?.problems ?? [] {
      #expect(line.contains(": \(problem), expected ") && !line.contains("s3") && !line.contains("cret"))
    }
  }

  @Test(arguments: [
    ("LOG_LEVL", "LOG_LEVEL"), ("LOGLEVEL", "LOG_LEVEL"), ("LOG_LEVELS", "LOG_LEVEL"),
    ("LOG_LEVLE", "LOG_LEVEL"),
    ("log_level", "LOG_LEVEL"), ("REGOIN", "REGION"), ("GLOBAL_DB_CON", "GLOBAL_DB_CONN"),
    ("REGIONAL_DB_CON_FILE", "REGIONAL_DB_CONN"), ("SMTP_PASWORD_FILE", "SMTP_PASSWORD"),
    ("DNS_SERVER", "DNS_SERVERS"),
    ("INTERNAL_ENDPONT_IND1", "INTERNAL_ENDPOINT_…"), ("INTERNAL_ENDPOINTS_IND1", "INTERNAL_ENDPOINT_…"),
  ])
  func aMisspelledNameIsWarnedOf(name: String, meant: String) {
    #expect(MisspelledSettings.warnings([name: "x"]) == ["\(name) is not read; is \(meant) meant?"])
    #expect(MisspelledSettings.warnings([name: " "]) == [])
  }

  /// Every service's settings, those of the system, of supervisors and of libraries.
  @Test func ordinaryNamesAreNotWarnedOf() {
    let own = SettingNames.all.flatMap { $0.hasSuffix("_") ? [$0 + "IND1"] : [$0, $0 + "_FILE"] }
    #expect(own.count > 100)
    let others = """
      PATH HOME USER LOGNAME SHELL TERM LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES TZ PWD OLDPWD SHLVL _ HOSTNAME MAIL
      EDITOR PAGER DISPLAY TMPDIR XDG_RUNTIME_DIR XDG_SESSION_ID DBUS_SESSION_BUS_ADDRESS SSH_CONNECTION SSH_TTY
      SSH_AUTH_SOCK SUDO_USER DEBIAN_FRONTEND LD_LIBRARY_PATH LD_PRELOAD MALLOC_ARENA_MAX http_proxy HTTP_PROXY
      HTTPS_PROXY NO_PROXY ALL_PROXY NO_COLOR CI ENVIRONMENT INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET
      WATCHDOG_USEC CREDENTIALS_DIRECTORY STATE_DIRECTORY RUNTIME_DIRECTORY LOGS_DIRECTORY CACHE_DIRECTORY LISTEN_FDS
      MAINPID container POD_NAME POD_NAMESPACE POD_IP NODE_NAME KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT
      KUBERNETES_PORT KUBERNETES_PORT_443_TCP_ADDR SMTP_SERVICE_HOST SMTP_SERVICE_PORT SMTP_PORT_25_TCP
      REGIONAL_DB_RW_SERVICE_HOST GLOBAL_DB_RW_PORT AWS_REGION AWS_DEFAULT_REGION PGHOST PGPORT PGUSER PGPASSWORD
      PGPASSFILE PGSERVICEFILE PGSSLMODE PGSSLROOTCERT PGAPPNAME PGDATABASE DATABASE_URL SSL_CERT_FILE SSL_CERT_DIR
      SWIFT_BACKTRACE GOMAXPROCS OTEL_SERVICE_NAME OTEL_EXPORTER_OTLP_ENDPOINT VETCHIUM_RUN_DIR
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    let environment = Dictionary(uniqueKeysWithValues: (own + others).map { ($0, "x") })
    #expect(MisspelledSettings.warnings(environment) == [])
    // One that has another name by now is told by that one.
    #expect(MisspelledSettings.warnings(["REGIONAL_DB_IND1_CONN": "x"]) == [])
  }

  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "ab", 2), ("ab", "ba", 1), ("abc", "abc", 0), ("abcd", "acbd", 1),
    ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func slipsAreCounted(one: String, other: String, count: Int) {
    #expect(EditDistance.between(Array(one.utf8), Array(other.utf8)) == count)
    #expect(EditDistance.between(Array(other.utf8), Array(one.utf8)) == count)
  }

  @Test func pointsFromOldNamesToNewOnes() {
    let warnings = RetiredSettings.warnings([
      "HUB_TFA_TOKEN_CLEANUP_INTERVAL": "1h", "REGIONAL_DB_IND1_CONN": "x", "REGIONAL_DB_CONN": "x",
      "REGIONAL_DB_DIRECT_CONN": "x", "PATH": "/bin",
    ])
    #expect(
      warnings == [
        "HUB_TFA_TOKEN_CLEANUP_INTERVAL is not read; use CLEANUP_HUB_TFA_TOKENS_INTERVAL",
        "REGIONAL_DB_IND1_CONN is not read; use REGIONAL_DB_CONN: a service connects to the database of its own region only",
      ]
    )
  }
}
