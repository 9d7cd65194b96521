/// What is deleted, and how often.
public struct CleanUpJob: Sendable {
  /// Deletes at most so many rows and returns how many it were.
  public typealias Deletion = @Sendable (Int32) async throws -> Int

  /// For logs and metrics.
  let name: String
  let interval: Duration
  /// One after the other.
  let deletions: [Deletion]

  public init(_ name: String, every interval: Duration, _ deletions: [Deletion]) {
    self.name = name
    self.interval = interval
    self.deletions = deletions
  }
}
