/// A fresh data directory, made once per process and copied for each server: initdb takes seconds, a copy does not.
enum ClusterTemplate {
  private static let template = Task {
    let installation = try PostgresInstallation.find()
    let directory = try PrivateDirectory.make(ownedBy: installation.owner)
    try await installation.run(
      "initdb",
      [
        "--pgdata=\(directory.path)/data", "--username=postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C", "--no-sync",
      ]
    )
    return directory
  }

  /// The directory that contains it, as `data`.
  static var path: String {
    get async throws { try await template.value.path }
  }
}
