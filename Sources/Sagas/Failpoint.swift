public import FoundationEssentials
import PostgresClient

/// A place in a saga at which something can go wrong: before a step's transaction, before each of its statements, before its
/// COMMIT, and after it.
public struct SagaPoint: Hashable, Sendable, CustomStringConvertible {
  public enum Moment: Hashable, Sendable {
    case before
    /// Before the statement of this number, counted from 1.
    case statement(Int)
    case commit
    case after
  }

  /// Of the journal.
  public let kind: String
  /// `insertIntent`, `writeGlobal`, `writeRegional`, `fence`, `verify`, `undoGlobal` or `deleteIntent`.
  public let step: String
  public let moment: Moment

  public init(kind: String, step: String, moment: Moment) {
    self.kind = kind
    self.step = step
    self.moment = moment
  }

  /// Such as `hub_signup.writeGlobal.statement-3`.
  public var description: String { "\(kind).\(step).\(moment)" }
}

extension SagaPoint.Moment: CustomStringConvertible {
  public var description: String {
    switch self {
    case .before: "before"
    case .statement(let number): "statement-\(number)"
    case .commit: "commit"
    case .after: "after"
    }
  }
}

/// Is told of every point that a saga reaches, and holds the saga up until it returns; what goes wrong meanwhile is the
/// test's business. In production there is none.
public struct SagaProbe: Sendable {
  let reach: @Sendable (SagaPoint, _ sagaID: UUID, _ requestID: String?) async -> Void

  public init(reach: @escaping @Sendable (SagaPoint, _ sagaID: UUID, _ requestID: String?) async -> Void) {
    self.reach = reach
  }
}
