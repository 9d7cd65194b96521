public enum PasswordHashingError: Error, Sendable, Equatable {
  /// Too many are waiting; try again in a moment.
  case overloaded
  /// The caller's task was cancelled before its turn.
  case cancelled
  /// The system refused the memory Argon2id needs.
  case outOfMemory
}
