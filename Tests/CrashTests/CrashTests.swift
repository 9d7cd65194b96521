// CrashTests: sagas and mail against everything that can happen to a process, a connection, a database and a clock.
//
// Sagas have two campaigns, each in a short form (part of `make test`) and a long one (`make test-crash`):
//
// - `Matrix`: the real programs as processes. One request per point of each saga stands still at its point (the API
//   server tells the test over SAGA_FAILURE_POINTS), then the fault happens to all of them at once: SIGKILL, the
//   regional or the global connections cut, PostgreSQL restarted, the deadline passed. The real worker recovers.
// - `Schedules`: the sagas' own code in this process against a real PostgreSQL server, several attempts at once,
//   interleaved point by point by a seeded generator, with faults at random points and recoveries in between. A killed
//   process is simulated: all its connections are ended by the server and no new ones are made, so whatever its code
//   still does reaches nobody.
//
// `Mail` is one test: real workers deliver ten thousand mails while they, PostgreSQL and the SMTP server are disturbed.
//
// Adding a saga: a `CrashScenario` for the matrix; a case of `ScheduleScenario` for the schedules.

import FoundationEssentials

enum CrashForm {
  /// Set by `make test-crash`.
  static let isLong = ProcessInfo.processInfo.environment["VETCHIUM_CRASH_FORM"] == "long"
  /// One schedule only: the seed that a failure printed.
  static let seed = ProcessInfo.processInfo.environment["VETCHIUM_CRASH_SEED"].flatMap { UInt64($0) }
  /// Where the matrix is written.
  static let page = ProcessInfo.processInfo.environment["VETCHIUM_CRASH_PAGE"]

  static var seeds: [UInt64] { seed.map { [$0] } ?? Array(1...(isLong ? 2_000 : 240)) }
}
