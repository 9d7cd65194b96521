public import FoundationEssentials
import PostgresClient

/// A place in a saga at which a test can make something go wrong: before a step's transaction, before each of its
/// statements, before its COMMIT, and after it.
public struct Failpoint: Hashable, Sendable, CustomStringConvertible {
  public enum Moment: Hashable, Sendable {
    case before
    /// The moment before the statement with this number, counted from 1.
    case statement(Int)
    case commit
    case after
  }

  /// The saga's kind, as the journal names it.
  public let kind: String
  /// `insertIntent`, `writeGlobal`, `writeRegional`, `fence`, `verify`, `undoGlobal` or `deleteIntent`.
  public let step: String
  public let moment: Moment

  public init(kind: String, step: String, moment: Moment) {
    self.kind = kind
    self.step = step
    self.moment = moment
  }

  /// The three parts separated by dots, such as `hub_signup.writeGlobal.statement-3`.
  public var description: String { "\(kind).\(step).\(moment)" }
}

extension Failpoint.Moment: CustomStringConvertible {
  public var description: String {
    switch self {
    case .before: "before"
    case .statement(let number): "statement-\(number)"
    case .commit: "commit"
    case .after: "after"
    }
  }
}

/// A function that every saga calls at each of its failpoints, and waits for. Production has none.
public struct FailpointHandler: Sendable {
  let reach: @Sendable (Failpoint, _ sagaID: UUID, _ requestID: String?) async -> Void

  public init(reach: @escaping @Sendable (Failpoint, _ sagaID: UUID, _ requestID: String?) async -> Void) {
    self.reach = reach
  }
}
