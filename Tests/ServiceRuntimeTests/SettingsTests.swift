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

  @Test func pointsFromOldNamesToNewOnes() {
    let warnings = RetiredSettings.warnings([
      "HUB_TFA_TOKEN_CLEANUP_INTERVAL": "1h", "REGIONAL_DB_IND1_CONN": "x", "REGIONAL_DB_CONN": "x",
      "PATH": "/bin",
    ])
    #expect(
      warnings == [
        "HUB_TFA_TOKEN_CLEANUP_INTERVAL is not read; use CLEANUP_HUB_TFA_TOKENS_INTERVAL",
        "REGIONAL_DB_IND1_CONN is not read; use REGIONAL_DB_CONN: a service connects to the database of its own region only",
      ]
    )
  }
}
