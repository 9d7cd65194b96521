/// The TXT record with which a tenant proves that it controls a domain.
public enum DomainProof {
  /// The outcome of one look-up of the record.
  public enum Outcome: Sendable, Equatable {
    case proven
    /// The name does not exist, or has no TXT record: nothing at all, an address, an alias that leads to none.
    case noRecord
    /// There are TXT records, and none of them is the expected one.
    case recordMissing
    /// Our name servers answer, and did not find out about this name: the domain's own servers fail.
    case lookupFailed(TXTLookupError)
    /// Our name servers do not answer anything. It says nothing about the domain.
    case resolverFailed(TXTLookupError)
  }

  /// The record's name within the domain.
  public static let host = "_vetchium-verify"

  /// The full name of the record.
  public static func recordName(of domain: String) -> String { "\(host).\(domain)" }

  /// Returns whether a record is the token and nothing else. White space and quotation marks around it are ignored,
  /// since the forms of DNS providers add them.
  static func isToken(_ record: String, _ token: String) -> Bool {
    var text = Substring(record)
    trim(&text)
    if text.count >= 2, text.first == "\"", text.last == "\"" {
      text = text.dropFirst().dropLast()
      trim(&text)
    }
    return text == token
  }

  private static func trim(_ text: inout Substring) {
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
  }

  /// Looks for the record.
  /// - Throws: `CancellationError` when the task was cancelled; the look-up then has no outcome.
  public static func look(
    for token: String,
    at domain: String,
    with resolver: TXTResolver
  ) async throws -> Outcome {
    do throws(TXTLookupError) {
      let records = try await resolver.records(at: recordName(of: domain))
      guard !records.isEmpty else { return .noRecord }
      return records.contains { isToken($0, token) } ? .proven : .recordMissing
    } catch {
      switch error {
      case .cancelled: throw CancellationError()
      case .noSuchName, .noRecord: return .noRecord
      case .invalidName: return .lookupFailed(error)
      case .serverFailed, .refused, .malformedAnswer, .timedOut, .unreachable:
        return await resolver.isAnswering() ? .lookupFailed(error) : .resolverFailed(error)
      }
    }
  }
}
