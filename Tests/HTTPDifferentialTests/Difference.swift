/// What another server makes of some requests that we read differently, and why that is no mistake of ours.
struct Difference: Sendable {
  let reason: String
  /// By the names of the requests.
  let readings: [String: Reading]

  init(_ reason: String, _ readings: [String: Reading]) {
    self.reason = reason
    self.readings = readings
  }

  /// The same reading of several requests.
  init(_ reason: String, _ reading: Reading, of names: [String]) {
    self.init(reason, Dictionary(uniqueKeysWithValues: names.map { ($0, reading) }))
  }
}

/// In what another server differs from us.
struct Differences: Sendable {
  /// We refuse something that it takes.
  var takesMore: [Difference]
  /// It refuses something that we take: a mistake of ours unless RFC 9112 says that it is a request.
  var takesLess: [Difference]
  /// Both take it, or wait for more, but not as the same.
  var readsOtherwise: [Difference]

  func reading(of name: String) -> Reading? {
    (takesMore + takesLess + readsOtherwise).lazy.compactMap { $0.readings[name] }.first
  }
}
