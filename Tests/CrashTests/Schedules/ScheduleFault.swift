/// What happens to an attempt at a point.
enum ScheduleFault: CaseIterable, Sendable {
  case killed, regionalCut, globalCut, overdue
  /// Overdue, and recovered at once while the attempt stands still.
  case recovered
  /// Its next COMMIT that writes there takes effect, but the connection ends before the answer.
  case regionalUnanswered, globalUnanswered
}
