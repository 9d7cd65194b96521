/// Walks two sequences in ascending order of their keys side by side. Pure.
struct MergeJoin {
  enum Next: Equatable {
    /// Of the left side only, of the right side only, or of both.
    case left(AuditRow)
    case right(AuditRow)
    case both(AuditRow, AuditRow)
    case end
  }

  /// - Parameters: what each side has next; nil at its end.
  static func next(_ left: AuditRow?, _ right: AuditRow?) -> Next {
    switch (left, right) {
    case (nil, nil): return .end
    case (let left?, nil): return .left(left)
    case (nil, let right?): return .right(right)
    case (let left?, let right?):
      if left.key == right.key { return .both(left, right) }
      return left.key.utf8.lexicographicallyPrecedes(right.key.utf8) ? .left(left) : .right(right)
    }
  }
}
