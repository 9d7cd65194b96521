/// A random number generator with a seed (SplitMix64), so that a failing case can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Random texts for property tests. It is written here because no library for property tests is among the packages that
/// this project can use.
public struct RandomText: Sendable {
  public var generator: SeededGenerator

  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Characters on which parsers stumble: controls, white space of other scripts, letters that only look like ASCII or
  /// become ASCII when their case changes, combining marks, and the ends of the planes.
  private static let awkward: [Unicode.Scalar] = [
    "\0", "\t", "\n", "\r", "\u{7F}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{3000}",
    "\u{200B}",
    "\u{200D}", "\u{FEFF}", "\u{301}", "\u{20DD}", "\u{93E}", "\u{130}", "\u{131}", "\u{17F}", "\u{212A}",
    "ß", "Ω",
    "١", "字", "க", "\u{FF10}", "\u{FF21}", "\u{FFFD}", "\u{FFFF}", "\u{1F600}", "\u{10FFFF}",
  ]

  public mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
    (0..<Int.random(in: count, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  public mutating func element<C: Collection>(of choices: C) -> C.Element {
    // The collections of tests are not empty.
    choices[choices.index(choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &generator))]
  }

  /// A text of characters of the alphabet.
  public mutating func text(of alphabet: String, _ count: ClosedRange<Int>) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: count, using: &generator) {
      text.append(element(of: Array(alphabet.unicodeScalars)))
    }
    return String(text)
  }

  /// A text with one change: a character inserted, removed, replaced or doubled, or the case of all changed.
  public mutating func mutation(of text: String, alphabet: String) -> String {
    var scalars = Array(text.unicodeScalars)
    let position = Int.random(in: 0...scalars.count, using: &generator)
    let new =
      Bool.random(using: &generator)
      ? element(of: Self.awkward) : element(of: Array((alphabet + "a").unicodeScalars))
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: scalars.insert(new, at: position)
    case 1 where position < scalars.count: scalars.remove(at: position)
    case 2 where position < scalars.count: scalars[position] = new
    case 3 where position < scalars.count: scalars.insert(scalars[position], at: position)
    case 4: return text.uppercased()
    default: return text.lowercased()
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// A text that is likely to be at the border of a rule: a valid one, one with up to three changes, or one of the
  /// rule's alphabet; now and then any bytes at all.
  public mutating func nearly(_ valid: [String], alphabet: String, _ count: ClosedRange<Int>) -> String {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: return String(decoding: bytes(count), as: UTF8.self)
    case 1...3: return text(of: alphabet, count)
    case 4: return element(of: valid)
    default:
      var text = element(of: valid)
      for _ in 0..<Int.random(in: 1...3, using: &generator) { text = mutation(of: text, alphabet: alphabet) }
      return text
    }
  }
}
