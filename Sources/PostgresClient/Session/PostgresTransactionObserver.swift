/// Is told before each statement of a transaction, COMMIT included, and holds the transaction up until it returns.
///
/// For tests that stop, cut or delay a transaction between any two of its statements. Without one nothing is called.
public struct PostgresTransactionObserver: Sendable {
  let willExecute: @Sendable (PostgresStatement) async -> Void

  public init(willExecute: @escaping @Sendable (PostgresStatement) async -> Void) {
    self.willExecute = willExecute
  }
}
