/// Which region's server a request lands at, and where its person is at home.
struct Landing: Sendable, CustomStringConvertible {
  let at: String
  let home: String

  static let all = ["ind1", "usa1", "deu1"].flatMap { at in
    ["ind1", "usa1", "deu1"].map { Landing(at: at, home: $0) }
  }

  /// One direct way and one over a hop.
  static let directAndForwarded = [Landing(at: "deu1", home: "deu1"), Landing(at: "ind1", home: "deu1")]

  var isDirect: Bool { at == home }
  var description: String { "\(at)→\(home)" }
}
