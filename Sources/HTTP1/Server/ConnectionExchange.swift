/// What a connection knows of the request and the answer under way.
struct ConnectionExchange {
  /// Counts those of the connection, so that who answers late answers nobody else's.
  var number: UInt64 = 0
  var isHead = false
  var isHTTP10 = false
  /// The client waits for a word before it sends the body.
  var isInvitationDue = false
  var framing = ResponseFraming.none
}
