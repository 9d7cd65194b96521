/// Why a look-up brought no records. None of them says anything about the domain's owner.
public enum TXTLookupError: Error, Sendable, Equatable {
  /// NXDOMAIN (RFC 1035 §4.1.1, RCODE 3).
  case noSuchName
  /// The name exists without a TXT record.
  case noRecord
  /// The servers answered that they could not or would not (SERVFAIL, REFUSED, NOTIMP), or nobody listens where they should
  /// be: c-ares does not tell one from the other.
  case serverFailed
  /// What came was no DNS answer, or none to the question.
  case malformedAnswer
  /// Nobody answered in time.
  case timedOut
  /// Nobody could be asked: the machine lacks what it takes.
  case unreachable
  /// The name is longer than DNS allows.
  case invalidName
  /// The caller has left, or the server is stopping.
  case cancelled
}
