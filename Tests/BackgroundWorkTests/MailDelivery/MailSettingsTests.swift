import FoundationEssentials
import ServiceRuntime
import TestSupport
import Testing

@testable import BackgroundWork
@testable import SMTP

/// The SMTP settings as an operator gives them.
@Suite struct MailSettingsTests {
  private func read(_ environment: [String: String]) -> (settings: SMTPSettings?, problems: [String]) {
    var reader = SettingsReader(environment)
    let settings = reader.readSMTP()
    do throws(SettingsError) {
      try reader.finish()
      return (settings, [])
    } catch {
      return (nil, error.problems)
    }
  }

  @Test(
    arguments: [
      ([:], SMTPSettings.TLS.opportunistic), (["SMTP_PORT": "465"], .tls),
      (["SMTP_PORT": "587"], .opportunistic),
      (["SMTP_PORT": "465", "SMTP_TLS": "starttls"], .starttls),
      (["SMTP_PORT": "465", "SMTP_TLS": "none"], .none),
      (["SMTP_TLS": "tls"], .tls), (["SMTP_PORT": "465", "SMTP_TLS": ""], .tls),
    ] as [([String: String], SMTPSettings.TLS)]
  )
  func thePortSaysHowToEncryptUnlessSomethingElseDoes(environment: [String: String], tls: SMTPSettings.TLS) {
    #expect(read(environment).settings?.tls == tls)
  }

  @Test(
    arguments: [
      ([:], "vetchium.com"), (["SMTP_FROM_ADDRESS": "jobs@mail.example.org"], "mail.example.org"),
      (["SMTP_HELO_NAME": "mx1.region-a.example.org"], "mx1.region-a.example.org"),
      (["SMTP_FROM_ADDRESS": "a@b_c", "SMTP_HELO_NAME": "[192.0.2.1]"], "[192.0.2.1]"),
    ] as [([String: String], String)]
  )
  func theNameForEHLO(environment: [String: String], name: String) {
    #expect(read(environment).settings?.heloName == name)
  }

  @Test(arguments: [
    (["SMTP_HELO_NAME": "no name"], "SMTP_HELO_NAME: has a value that cannot be read"),
    (
      ["SMTP_FROM_ADDRESS": "a@b_c"],
      "SMTP_HELO_NAME: is not set, and the domain of SMTP_FROM_ADDRESS is no host name"
    ),
    (["SMTP_CA_FILE": "/nowhere/ca.pem"], "SMTP_CA_FILE: has a value that cannot be read"),
    (["SMTP_CA_FILE": "/etc/passwd"], "SMTP_CA_FILE: has a value that cannot be read"),
    (["SMTP_TLS": "ssl"], "SMTP_TLS: has a value that cannot be read"),
  ])
  func whatCannotBeUsedIsNamed(environment: [String: String], problem: String) {
    let problems = read(environment).problems
    #expect(problems.count == 1 && problems.first?.hasPrefix(problem) == true, "\(problems)")
  }

  @Test(arguments: [
    "-----BEGIN CERTIFICATE-----\ngarbage\n",
    "-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "",
  ])
  func aFileWithoutCertificatesIsNamed(text: String) throws {
    let path = FileManager.default.temporaryDirectory.path + "/authorities-\(UUID()).pem"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let problems = read(["SMTP_CA_FILE": path]).problems
    #expect(problems.count == 1 && problems.first?.hasPrefix("SMTP_CA_FILE: ") == true, "\(problems)")
  }

  @Test func authoritiesAreThoseOfTheFile() async throws {
    let made = try await SelfSignedCertificate.make(commonName: "localhost")
    let path = read(["SMTP_CA_FILE": made.certificate]).settings?.certificateAuthorities
    // The files go with the value that made them.
    #expect(path == withExtendedLifetime(made) { $0.certificate })
    #expect(read([:]).settings?.certificateAuthorities == nil)
  }
}
