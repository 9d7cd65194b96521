import DomainVerification
import RegionalDatabase
import UserAdministration

// The database's labels and the words of the modules that know no database.

extension UserStatus {
  init(_ column: TenantUserStatus) {
    self =
      switch column {
      case .invited: .invited
      case .active: .active
      case .disabled: .disabled
      }
  }

  var column: TenantUserStatus {
    switch self {
    case .invited: .invited
    case .active: .active
    case .disabled: .disabled
    }
  }
}

extension UserListInput.StatusFilter {
  /// Nil for any; `.nobody` must not get here.
  var column: TenantUserStatus? {
    if case .only(let status) = self { status.column } else { nil }
  }
}

extension DomainVerification.DomainStatus {
  init(_ column: RegionalDatabase.DomainStatus) {
    self =
      switch column {
      case .pending: .pending
      case .verified: .verified
      case .failing: .failing
      }
  }

  var column: RegionalDatabase.DomainStatus {
    switch self {
    case .pending: .pending
    case .verified: .verified
    case .failing: .failing
    }
  }
}
