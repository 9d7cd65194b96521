public import Logging

/// What a flow needs to know of the request.
public struct AccountCall: Sendable {
  /// The client's network, as far as it can be believed, as text; empty if unknown. Guesses are counted by it.
  let client: String
  let logger: Logger

  public init(client: String, logger: Logger) {
    self.client = client
    self.logger = logger
  }
}
