package import Logging
package import PostgresClient

/// Brings one database from one version to another, on a connection of its own that must be the owner's.
package struct Migrator: Sendable {
  private let migrations: [Migration]
  private let owner: OwnerConnection
  private let logger: Logger

  /// - Parameter connectionString: whatever libpq accepts.
  package init(connectionString: String, migrations: [Migration], logger: Logger) {
    self.migrations = migrations
    self.owner = OwnerConnection(connectionString: connectionString, logger: logger)
    self.logger = logger
  }

  /// Applies everything that is not applied yet and returns it.
  /// - Throws: `MigrationRefusal`, `MigrationFailure`, `PostgresError`.
  package func up() async throws -> [Migration] {
    try await owner.withLock(making: true) { connection in
      let log = MigrationLog(connection: connection)
      try await log.create()
      let plan = try MigrationPlan.up(migrations, applied: try await log.read())
      for migration in plan.unrecorded {
        try await MigrationLog.recordChecksum(of: migration, on: connection)
      }
      for migration in plan.steps {
        try await run(migration, migration.up, on: connection) { executor throws(PostgresError) in
          try await MigrationLog.recordApplied(migration, on: executor)
        }
        logger.info("migration applied", metadata: ["file": "\(migration.name)"])
      }
      return plan.steps
    }
  }

  /// Undoes what is above version `target`, newest first, or without a target only the newest; returns what was undone.
  /// - Throws: `MigrationRefusal`, `MigrationFailure`, `PostgresError`.
  package func down(to target: Int64? = nil) async throws -> [Migration] {
    try await owner.withLock(making: true) { connection in
      let log = MigrationLog(connection: connection)
      try await log.create()
      let plan = try MigrationPlan.down(migrations, applied: try await log.read(), to: target)
      for migration in plan.steps {
        try await run(migration, migration.down, on: connection) { executor throws(PostgresError) in
          try await MigrationLog.recordUndone(migration, on: executor)
        }
        logger.info("migration undone", metadata: ["file": "\(migration.name)"])
      }
      return plan.steps
    }
  }

  /// What `down` would undo now. Reads only, and takes no lock.
  /// - Throws: `MigrationRefusal`, `PostgresError`.
  package func plannedDown(to target: Int64? = nil) async throws -> [Migration] {
    try await owner.withConnection { connection in
      let applied = try await MigrationLog(connection: connection).read()
      return try MigrationPlan.down(migrations, applied: applied, to: target).steps
    }
  }

  /// Reads only, and takes no lock.
  package func status() async throws -> [MigrationStatus] {
    try await owner.withConnection { connection in
      MigrationPlan.status(migrations, applied: try await MigrationLog(connection: connection).read())
    }
  }

  private func run(
    _ migration: Migration,
    _ statements: [Migration.Statement],
    on connection: PostgresConnection,
    record: (any PostgresExecutor) async throws(PostgresError) -> Void
  ) async throws {
    var line: Int?
    do {
      if migration.runsInTransaction {
        try await connection.withTransaction { transaction in
          for statement in statements {
            line = statement.line
            try await transaction.executeScript(statement.sql)
          }
          line = nil
          try await record(transaction)
        }
      } else {
        for statement in statements {
          line = statement.line
          try await connection.executeScript(statement.sql)
        }
        line = nil
        try await record(connection)
      }
    } catch let error as PostgresError {
      throw MigrationFailure(file: migration.name, line: line, cause: error)
    }
  }
}

/// A statement of a migration failed. The file was rolled back, unless it is a NO TRANSACTION one.
package struct MigrationFailure: Error, CustomStringConvertible {
  package let file: String
  /// The line of the file at which the statement starts; nil if recording or committing failed.
  package let line: Int?
  package let cause: PostgresError

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(cause)"
  }
}
