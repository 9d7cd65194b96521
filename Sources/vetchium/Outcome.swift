import ArgumentParser
import Glibc
import Migrations
import PostgresClient

/// Turns errors into a message on standard error and an exit code.
enum Outcome {
  static let refused = ExitCode(1)
  /// EX_UNAVAILABLE of sysexits.h.
  static let unavailable = ExitCode(69)

  static func reporting(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as PostgresError {
      throw report(error)
    } catch let error as MigrationFailure {
      say("\(error)")
      throw report(error.cause)
    } catch let error as MigrationRefusal {
      say("Refused. \(error)")
      throw refused
    } catch let error as SeedRefusal {
      say("Refused. \(error)")
      throw refused
    } catch let error as AdminRefusal {
      say("Refused. \(error)")
      throw refused
    } catch let error as HubUserRefusal {
      say("Refused. \(error)")
      throw refused
    } catch let error as ForeignRole {
      say("Refused. \(error)")
      throw refused
    } catch let error as NoConsent {
      say("Refused. \(error)")
      throw refused
    }
  }

  private static func report(_ error: PostgresError) -> ExitCode {
    if error.isRefusal {
      say("Refused. \(error)")
      return refused
    }
    // Whoever runs this owns the database and needs the server's own words. They hold no password.
    say("\(String(reflecting: error))")
    return error.isUnavailable ? unavailable : refused
  }

  static func say(_ message: String) {
    let line = Array("vetchium: \(message)\n".utf8)
    // Nobody is left to tell if standard error cannot be written.
    _ = write(STDERR_FILENO, line, line.count)
  }
}
