import TestSupport

/// What happens to every saga that stands at its point.
enum CrashFault: String, CaseIterable, Sendable {
  case killed = "SIGKILL"
  case regionalCut = "regional connection cut"
  case globalCut = "global connection cut"
  case restarted = "PostgreSQL restarted"
  case late = "deadline passed"
  case frozen = "SIGSTOP past the deadline"
  case rivalled = "connections cut, second attempt"

  /// Whether everybody is tried a second time while the first attempt stands at its point.
  var bringsRivals: Bool { self == .rivalled }
}

extension CrashStack {
  /// Lets it happen. What stood still goes on afterwards, if it still can.
  func happen(_ fault: CrashFault) async throws {
    let server = try stack.server(Self.victim)
    let regional = try stack.database(Self.victim)
    switch fault {
    case .killed:
      try await server.process.kill()
      points.releaseAll()
      try await server.start()
    case .regionalCut: try await Self.cut(regional, "regional-api-server \(Self.victim)")
    case .globalCut: try await Self.cut(stack.global, "regional-api-server \(Self.victim)")
    case .frozen:
      try await server.process.freeze()
      try await eventually("every deadline to pass") {
        try await regional.count("sagas", where: "deadline > now()") == 0
      }
      try server.process.thaw()
    case .rivalled:
      try await Self.cut(regional, "regional-api-server \(Self.victim)")
      try await Self.cut(stack.global, "regional-api-server \(Self.victim)")
    case .restarted:
      async let one: Void = regional.server.restart()
      async let other: Void = stack.global.server.restart()
      _ = try await (one, other)
    case .late:
      // The worker has them recovered meanwhile, and PostgreSQL ends transactions that stand still.
      try await eventually("every deadline to pass and the worker to have been there") {
        try await regional.count("sagas", where: "true") == 0
      }
    }
    points.releaseAll()
  }

  /// Ends the connections, and returns when the server has rolled back.
  private static func cut(_ database: StackDatabase, _ application: String) async throws {
    let isCut = try await database.rows(
      "SELECT pg_terminate_backend(pid)::text, pid::text FROM pg_stat_activity WHERE application_name = $1",
      application
    ).compactMap { $0[1] }
    try await eventually("the end of \(isCut.count) connections") {
      try await database.count("pg_stat_activity", where: "pid::text = ANY ($1)", isCut) == 0
    }
  }
}
