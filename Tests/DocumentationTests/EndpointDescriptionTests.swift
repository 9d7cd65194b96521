import API
import JSON
import Testing

/// The descriptions of endpoints against what the endpoints read: no input may ask for a member that is not described.
struct EndpointDescriptionTests {
  /// Values of every type, right and wrong ones for the members that there are.
  private static let values: [JSONValue] = [
    .null, .bool(true), .integer(3), .string(""), .string("a"), .string("a@example.com"),
    .string("example.com"),
    .string("en-US"), .string("correct horse battery"), .string("123456"), .string("all"), .array([]),
    .array([.object([:])]), .array([.object(["language_code": .string("de-DE")])]),
  ]

  @Test func everyMemberThatAnInputReadsIsDescribed() throws {
    var random = SeededGenerator(seed: 14)
    for endpoint in try Portals.all() {
      guard let input = endpoint.input else { continue }
      let described = input.description.paths
      #expect(!described.isEmpty, "\(endpoint.path)")
      for _ in 1...200 {
        var body: [String: JSONValue] = [:]
        for member in input.description.members where Bool.random(using: &random) {
          body[member.name] = Self.values.randomElement(using: &random)
        }
        let read = input.membersRead(from: body).paths
        #expect(Set(read).subtracting(described) == [], "\(endpoint.path)")
      }
    }
  }

  @Test func noMemberIsDescribedTwice() throws {
    for endpoint in try Portals.all() {
      for body in [endpoint.input?.description, endpoint.output].compactMap(\.self) {
        #expect(Set(body.paths).count == body.paths.count, "\(endpoint.path)")
      }
    }
  }

  @Test func sessionEndpointsAreThoseThatAdmitUsers() throws {
    for endpoint in try Portals.all() {
      #expect((endpoint.access == .anyone) == (endpoint.routing != .session), "\(endpoint.path)")
    }
  }
}

/// SplitMix64: the same bodies in every run.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
