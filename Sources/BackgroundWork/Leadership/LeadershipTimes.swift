/// The clockwork of leader election. Each of the first four is longer than the one before.
public struct LeadershipTimes: Sendable, Equatable {
  /// How often a replica that does not lead asks whether it may.
  public var poll: Duration
  /// How often a leader renews its lease.
  public var renewal: Duration
  /// For how long a leader trusts itself after it asked for a renewal that was granted.
  public var trust: Duration
  /// For how long a renewal keeps others away, and how long the server bears a silent session.
  public var lease: Duration
  /// For how long a statement on the lock's connection may take; the client waits a second more.
  public var statementTimeout: Duration

  /// A leader that is killed or frozen is succeeded within `lease` and `poll`: 7 seconds.
  public init(
    poll: Duration = .milliseconds(800),
    renewal: Duration = .milliseconds(1500),
    trust: Duration = .milliseconds(4500),
    lease: Duration = .seconds(6),
    statementTimeout: Duration = .seconds(1)
  ) {
    self.poll = poll
    self.renewal = renewal
    self.trust = trust
    self.lease = lease
    self.statementTimeout = statementTimeout
  }
}
