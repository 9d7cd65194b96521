import Testing

@testable import Mail

/// Rules for all languages, present or to come.
@Suite struct MailResourcesTests {
  static let namespaces = ["every_mail", "validity"] + MailType.allCases.map(\.strings)
  let templates: MailTemplates

  init() throws {
    templates = try MailTemplates(files: MailTemplates.embeddedFiles)
  }

  @Test func everyLanguageHasEveryKeyWithTheSamePlaceholders() {
    #expect(templates.languages.contains(MailLanguage.standard))
    for language in templates.languages {
      for namespace in Self.namespaces {
        let reference = templates.strings(of: MailLanguage.standard).texts(namespace)
        let strings = templates.strings(of: language).texts(namespace)
        #expect(!reference.isEmpty, "\(namespace)")
        #expect(strings.keys.sorted() == reference.keys.sorted(), "\(language)/\(namespace)")
        for (key, text) in strings {
          #expect(text.names == reference[key]?.names, "\(language)/\(namespace): \(key)")
        }
      }
    }
  }

  @Test func germanIsWrittenWithUmlauts() {
    // Words in which two letters are no umlaut.
    let exceptions: Set = ["neue", "neuen", "neues", "dauert"]
    let files = MailTemplates.embeddedFiles.filter { $0.key.hasPrefix("de-DE/") }
    #expect(!files.isEmpty)
    for (file, text) in files {
      let values = text.replacing(/"\w+":/, with: "")
      let words = values.matches(of: /\w*(ae|oe|ue)\w*/.ignoresCase()).map { $0.output.0.lowercased() }
      #expect(words.filter { !exceptions.contains($0) } == [], "\(file)")
    }
    #expect(files["de-DE/tfa.json"]?.contains("Ihr Vetchium-Bestätigungscode") == true)
  }

  /// Mails about a record are read during a registration, or about one: one word for both would mislead.
  @Test func tamilHasOneWordForTheRecordAndAnotherForTheRegistration() {
    let (record, registration) = ("ரெக்கார்ட".unicodeScalars, "பதிவ".unicodeScalars)
    let mail = MailTemplates.embeddedFiles["ta-IN/tenant_signup_verification.json"] ?? ""
    for key in ["subject", "step_record", "step_wait", "unexpected"] {
      let line = mail.split(separator: "\n").first { $0.contains("\"\(key)\"") } ?? ""
      #expect(line.unicodeScalars.contains(record) && !line.unicodeScalars.contains(registration), "\(key)")
    }
    let displaced = (MailTemplates.embeddedFiles["ta-IN/tenant_domain_displaced.json"] ?? "").unicodeScalars
    #expect(displaced.contains(record) && !displaced.contains(registration))
    let link = MailTemplates.embeddedFiles["ta-IN/tenant_signup_token.json"] ?? ""
    #expect(link.unicodeScalars.contains("DNS ரெக்கார்ட".unicodeScalars))
    #expect(!link.unicodeScalars.contains("DNS பதிவ".unicodeScalars))
    #expect(link.unicodeScalars.contains("டொமைனைப் பதிவு செய்கிறீர்கள்".unicodeScalars))
  }

  @Test func noteKeysAreNotLoaded() {
    let keys = templates.strings(of: "en-US").texts("every_mail").keys
    #expect(!keys.isEmpty && !keys.contains { $0.hasPrefix("_") })
  }

  @Test(arguments: [
    ("en-US/tfa.json", #"{"introduction": "x"}"#, #"no subject"#),
    ("en-US/tfa.json", #"{"subject": "{{sender}}"}"#, #"nothing fills ["sender"]"#),
    ("templates/code.txt.mustache", "{{cod}}", #"nothing fills ["cod"]"#),
    ("templates/code.txt.mustache", "{{#code}}x{{/code}}", "{{#code}} is no placeholder"),
    ("templates/code.txt.mustache", "{{code", "a placeholder is not closed"),
  ])
  func aHoleIsFoundAtStart(file: String, content: String, problem: String) {
    var files = MailTemplates.embeddedFiles
    files[file] = content
    if file.hasSuffix("json") {  // so that the strings are the only thing that is wrong
      files["templates/code.txt.mustache"] = ""
      files["templates/code.html.mustache"] = ""
    }
    #expect(throws: MailTemplateError(file: file, problem: problem)) {
      _ = try MailTemplates(files: files)
    }
  }

  @Test(arguments: [
    ("en-US", "en-US"), ("en-us", "en-US"), ("en-GB", "en-US"), ("de-AT", "de-DE"), ("ta", "ta-IN"),
    ("", "en-US"), ("xyz-123", "en-US"), ("fr-FR", "en-US"), ("-", "en-US"), ("de_DE", "en-US"),
  ])
  func languagesMatchExactlyThenByPrimaryLanguage(wanted: String, chosen: String) {
    #expect(MailLanguage.choose(wanted, among: ["de-DE", "en-US", "ta-IN"]) == chosen)
  }

  @Test(arguments: [
    (Duration.seconds(30), Validity.minutes(1)), (.seconds(60), .minutes(1)), (.seconds(61), .minutes(2)),
    (.milliseconds(3_599_001), .minutes(60)), (.seconds(3600), .hours(1)), (.seconds(3601), .hours(2)),
    (.seconds(5400), .hours(2)), (.seconds(86_400), .hours(24)),
  ])
  func linksAreValidForHoursOrMinutes(lifetime: Duration, validity: Validity) {
    #expect(Validity.link(lifetime) == validity)
  }

  @Test(arguments: [
    (Duration.seconds(15), Validity.codeAtMostTwoMinutes), (.seconds(60), .codeAtMostTwoMinutes),
    (.seconds(61), .codeMinutes(2)), (.seconds(600), .codeMinutes(10)), (.seconds(601), .codeMinutes(11)),
  ])
  func codesAreValidForMinutes(lifetime: Duration, validity: Validity) {
    #expect(Validity.code(lifetime) == validity)
  }

  @Test(arguments: [
    (Duration.seconds(30), Validity.minutes(1)), (.seconds(86_399), .hours(24)), (.seconds(86_400), .days(1)),
    (.seconds(86_401), .days(2)), (.seconds(604_800), .days(7)),
  ])
  func invitationsAreValidForDays(lifetime: Duration, validity: Validity) {
    #expect(Validity.invitation(lifetime) == validity)
  }
}
