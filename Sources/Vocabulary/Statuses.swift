/// The status of the account of a user who was once invited; the raw values are the databases' labels.
public enum UserStatus: String, Sendable, CaseIterable {
  case invited, active, disabled
}

/// The status of a tenant's domain; the raw values are the database's labels.
public enum DomainStatus: String, Sendable, CaseIterable {
  case pending = "PENDING"
  case verified = "VERIFIED"
  case failing = "FAILING"
}
