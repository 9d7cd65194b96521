// CrashTests: sagas against everything that can happen to a process, a connection, a database and a clock.
//
// `Schedules`: the sagas' own code in this process against a real PostgreSQL server, several attempts at once, interleaved point by
// point by a seeded generator, with faults at random points and recoveries in between. A killed process is simulated: all its
// connections are ended by the server and no new ones are made, so whatever its code still does reaches nobody.
//
// Adding a saga: a case of `ScheduleScenario`.

import FoundationEssentials

enum CrashForm {
  /// Thousands of schedules instead of some hundred.
  static let isLong = ProcessInfo.processInfo.environment["VETCHIUM_CRASH_FORM"] == "long"
  /// One schedule only: the seed that a failure printed.
  static let seed = ProcessInfo.processInfo.environment["VETCHIUM_CRASH_SEED"].flatMap { UInt64($0) }

  static var seeds: [UInt64] { seed.map { [$0] } ?? Array(1...(isLong ? 5_000 : 240)) }
}
