/// Whom a session tells what happens outside of calls; on the reactor's thread or on a caller's.
struct SessionEvents: Sendable {
  var closed: @Sendable (Session) -> Void = { _ in }
  var received: @Sendable (PostgresNotification) -> Void = { _ in }
  var statements = StatementCounter()
}
