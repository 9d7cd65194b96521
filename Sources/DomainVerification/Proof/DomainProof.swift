/// The TXT record by which the owner of a domain says that it is theirs.
public enum DomainProof {
  /// What came of looking for it.
  public enum Outcome: Sendable, Equatable {
    case proven
    /// There are records, and none of them is the one.
    case recordMissing
    case lookupFailed(TXTLookupError)
  }

  /// The record's name within the domain.
  public static let host = "_vetchium-verify"

  /// Where the record is expected.
  public static func recordName(of domain: String) -> String { "\(host).\(domain)" }

  /// Whether a record is the token and nothing else. White space and quotation marks around it are forgiven: forms of DNS
  /// providers add them.
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
  /// - Throws: `CancellationError` when the caller has left: nothing was found out.
  public static func look(
    for token: String,
    at domain: String,
    with resolver: TXTResolver
  ) async throws -> Outcome {
    do throws(TXTLookupError) {
      let records = try await resolver.records(at: recordName(of: domain))
      return records.contains { isToken($0, token) } ? .proven : .recordMissing
    } catch .cancelled {
      throw CancellationError()
    } catch {
      return .lookupFailed(error)
    }
  }
}
