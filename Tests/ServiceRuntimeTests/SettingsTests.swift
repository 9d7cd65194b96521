import Foundation
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

  @Test(arguments: [("0s", Duration.zero), ("0", .zero), ("5s", .seconds(5))])
  func readsDurationsThatMayBeNothing(text: String, duration: Duration) {
    #expect(SettingType<Duration>.durationOrZero.parse(text) == duration)
  }

  private func withFile(_ content: String, _ body: (_ path: String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/setting-\(UUID())"
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test(arguments: ["12", "12\n", "12\r\n"])
  func readsAValueFromAFile(content: String) throws {
    try withFile(content) { path in
      var reader = SettingsReader(["DB_POOL_SIZE_FILE": path])
      #expect(reader.read(CommonSettings.poolSize) == 12)
      try reader.finish()
    }
  }

  @Test(arguments: ["", "\n"])
  func anEmptyFileSetsNothing(content: String) throws {
    try withFile(content) { path in
      var reader = SettingsReader(["DB_POOL_SIZE_FILE": path])
      #expect(reader.read(CommonSettings.poolSize) == 16)
      try reader.finish()
    }
  }

  @Test(arguments: ["1\n2", "12\n\n"])
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
    ("25\n", "ends with a line end"), ("2\u{0}5", "has a control character or a byte order mark"),
    ("\u{FEFF}25", "has a control character or a byte order mark"),
  ])
  func saysWhatIsWrongWithAValue(value: String, problem: String) {
    var reader = SettingsReader(["HTTP_PORT": value])
    _ = reader.read(CommonSettings.port(default: 8080))
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(error?.problems == ["HTTP_PORT: \(problem), expected a whole number from 0 to 65535"])
  }

  /// A text is anything, but for what can only be a mistake.
  @Test func aTextWithALineEndIsRefused() {
    var reader = SettingsReader(["SMTP_PASSWORD": "secret\n"])
    let setting = Setting<String>("SMTP_PASSWORD", .text, default: "", text: "", "password for AUTH")
    #expect(reader.read(setting) == "")
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    #expect(error?.problems == ["SMTP_PASSWORD: ends with a line end, expected a text"])
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
