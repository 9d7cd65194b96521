/// Compares what two databases say about one entity. Pure.
enum AuditVerdict {
  /// - Parameter global: the routing row, whichever region it names.
  static func problems(
    global: AuditRow?,
    regional: AuditRow?,
    region: String,
    text: AuditFinding.Problem,
    isRecordOptional: Bool
  ) -> [AuditFinding.Problem] {
    switch (global, regional) {
    case (nil, nil): return []
    case (nil, _?): return [.recordWithoutRouting]
    case (let global?, nil):
      return global.home == region && !isRecordOptional ? [.routingWithoutRecord] : []
    case (let global?, let regional?):
      guard global.home == region else { return [.wrongHomeRegion] }
      var problems: [AuditFinding.Problem] = []
      if global.hash != regional.hash { problems.append(.hashMismatch) }
      if global.text != regional.text { problems.append(text) }
      return problems
    }
  }
}
