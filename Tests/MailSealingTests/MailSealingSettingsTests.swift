import MailSealing
import ServiceRuntime
import Testing

@Suite struct MailSealingSettingsTests {
  private static let (first, second) = (MailOpeningKey.random(), MailOpeningKey.random())

  @Test func keysAreReadNewestFirst() throws {
    let (first, second) = (Self.first, Self.second)
    var reader = SettingsReader([
      "MAIL_SEALING_KEYS": "\(first.sealing.base64), \(second.sealing.base64)",
      "MAIL_OPENING_KEYS": "\(second.base64),\(first.base64)",
    ])
    let sealing = reader.read(MailSealingSettings.sealingKeys)
    let opening = MailOpening(reader.read(MailSealingSettings.openingKeys))
    try reader.finish()
    #expect(sealing.map(\.base64) == [first.sealing.base64, second.sealing.base64])
    #expect(opening.opens(first.sealing) && opening.opens(second.sealing))
  }

  @Test(
    arguments: ["MAIL_SEALING_KEYS", "MAIL_OPENING_KEYS"],
    ["secret", "AAAA", "\(first.base64),", "\(first.base64),!"]
  )
  func aListWithSomethingElseIsRefusedWithoutShowingIt(_ name: String, _ text: String) {
    var reader = SettingsReader([name: text])
    _ = reader.read(MailSealingSettings.sealingKeys)
    _ = reader.read(MailSealingSettings.openingKeys)
    let error = #expect(throws: SettingsError.self) { try reader.finish() }
    let problem = error?.problems.first ?? ""
    #expect(error?.problems.count == 1 && problem.hasPrefix("\(name): ") && !problem.contains(text))
  }

  @Test(arguments: ["prod", "full", "ci", "dev"]) func whoeverQueuesInTheClearIsWarnedOutsideDevelopment(
    _ label: String
  ) {
    let isWarned = MailSealingSettings.warning(.off, environmentLabel: label) != nil
    #expect(isWarned == ["prod", "full"].contains(label))
    #expect(MailSealingSettings.warning(MailSealing([Self.first.sealing]), environmentLabel: label) == nil)
  }
}
