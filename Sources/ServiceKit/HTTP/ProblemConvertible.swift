public import PostgresClient

/// An error of a lower module that has an answer of its own. Whatever does not conform becomes a bare 500.
public protocol ProblemConvertible: Error {
  var problem: Problem { get }
}

extension PostgresError: ProblemConvertible {
  public var problem: Problem {
    // A call is cancelled when nobody waits for it any more.
    if code == .cancelled { return .timeout }
    return isUnavailable ? .databaseUnavailable : .internalError
  }
}
