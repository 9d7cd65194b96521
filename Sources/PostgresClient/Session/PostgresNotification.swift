/// What NOTIFY sent.
struct PostgresNotification: Sendable {
  let channel: String
  let payload: String
}
