/// A counter as it stands in the database.
struct ThrottleCounter: Sendable, Equatable {
  var events: Int
  /// Since the last event.
  var age: Duration
  /// Until it is forgotten.
  var endsIn: Duration
}

/// How a counter counts an event.
struct ThrottleRule: Sendable, Equatable {
  /// Life of the counter, from its first event.
  var window: Duration
  /// From this event on each one moves the end…
  var lengtheningFrom: Int
  /// …to this long from now.
  var lengthened: Duration
  /// So many events, and no more is counted.
  var mostEvents: Int
}
