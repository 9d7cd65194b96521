/// What may become of the account of a user who was once invited; the raw values are the databases' labels.
public enum UserStatus: String, Sendable, CaseIterable {
  case invited, active, disabled
}
