import FoundationEssentials
import Testing

@testable import SystemPrimitives

@Suite struct TimestampsTests {
  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 1 Jan 1970 00:00:00 +0000"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "Tue, 29 Feb 2000 00:00:00 +0000"),
    (1_795_305_599, "Sat, 21 Nov 2026 23:59:59 GMT", "Sat, 21 Nov 2026 23:59:59 +0000"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT", "Mon, 1 Mar 2100 00:00:00 +0000"),
    (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "Wed, 31 Dec 1969 23:59:59 +0000"),
  ])
  func datesOfMessages(seconds: Int, http: String, mail: String) {
    #expect(HTTPDate.text(secondsSince1970: seconds) == http)
    #expect(MailDate.text(Date(timeIntervalSince1970: Double(seconds) + 0.9)) == mail)
  }

  /// Foundation's calendar is the reference: one day in eleven, from the year 1 to the year 9999.
  @Test func everyDateIsFoundations() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    // Before 15 October 1582 Foundation counts by the Julian calendar.
    for day in stride(from: -141_427, through: 2_932_896, by: 11) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      let ours = CivilTime(secondsSince1970: day * 86_400)
      try #require(
        ours.year == parts.year && ours.month == parts.month && ours.day == parts.day,
        "day \(day)"
      )
      try #require(ours.weekday + 1 == parts.weekday, "day \(day)")
    }
  }

  @Test func theTimeOfALogLineIsNow() throws {
    let before = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down))
    var text: [UInt8] = []
    RFC3339.appendNow(to: &text)
    let line = String(decoding: text, as: UTF8.self)
    #expect(line.utf8.count == 24)
    let parsed = try #require(RFC3339.parse(microseconds: line.dropLast() + "000Z"))
    #expect(parsed >= before)
    #expect(parsed <= Date.now)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"), (1, "1970-01-01T00:00:00.000001Z"),
    (-1, "1969-12-31T23:59:59.999999Z"), (1_795_698_296_123_456, "2026-11-26T13:04:56.123456Z"),
    (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
  ])
  func timesToTheMicrosecond(_ microseconds: Int, _ text: String) throws {
    let date = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    #expect(RFC3339.microseconds(date) == text)
    #expect(RFC3339.seconds(date) == text.prefix(19) + "Z")
    let parsed = try #require(RFC3339.parse(microseconds: text))
    #expect(RFC3339.microseconds(parsed) == text)
  }

  @Test(arguments: [Double.infinity, -.infinity, 1e18, -1e18])
  func timesWithoutAYearOfFourDigits(_ interval: Double) {
    #expect(RFC3339.seconds(Date(timeIntervalSinceReferenceDate: interval)).utf8.count == 20)
  }

  @Test(arguments: [
    "", "2026-02-30T00:00:00.000000Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z",
    "2026-01-01T00:00:00.000000", "2026-01-01T00:00:00.+00001Z", "2026-01-01t00:00:00.000000Z",
    "2026-01-01T00:00:00.000000+00:00", "2026-01-01T24:00:00.000000Z", " 2026-01-01T00:00:00.000000Z",
  ])
  func otherTextIsNoTime(_ text: String) {
    #expect(RFC3339.parse(microseconds: text) == nil)
  }
}
