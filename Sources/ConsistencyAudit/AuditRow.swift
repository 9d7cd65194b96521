import FoundationEssentials
import Vocabulary

/// What a database says about one entity, as far as the other must agree.
struct AuditRow: Sendable, Equatable {
  /// A UUID in lower case or a domain: in both, the order of bytes is that of the database.
  let key: String
  var hash: Data?
  /// Handle, name or owner.
  var text: String
  /// Global rows only.
  var home: String?
}

extension UUID {
  var auditKey: String { text }
}
