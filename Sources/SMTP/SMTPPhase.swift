/// How far a dialogue is. What it costs to end it differs.
public enum SMTPPhase: Sendable {
  /// The server cannot have the whole message: ending the dialogue costs nothing.
  case handingOver
  /// The server has the message and may have accepted it: who ends the dialogue now does not learn whether it did, and the
  /// mail is sent again.
  case awaitingReply
}
