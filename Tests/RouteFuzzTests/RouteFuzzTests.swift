import API
import FoundationEssentials
import HTTPTypes
import PortalTestSupport
import PostgresClient
import TestSupport
import Testing
import Vocabulary

@testable import regional_api_server

/// Made-up requests for every endpoint of the tables: whatever comes in, no response is an error of the server.
///
/// Bodies are made from the members that an endpoint asks for, with values that are right, nearly right, of another
/// type, huge, or of characters on which parsers stumble; then a part of them is cut, damaged or replaced. Values of
/// responses come back in later requests, so that tokens, ids and cursors lead further in.
@Suite struct RouteFuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let isLong = environment["VETCHIUM_FUZZ_FORM"] == "long"
  /// A failure prints the seed of its endpoint's requests; that variable repeats them.
  private static let seed = environment["VETCHIUM_FUZZ_SEED"].flatMap { UInt64($0) }
  private static var rounds: Int { isLong ? 400 : 6 }

  @Test func noRequestIsAFaultOfTheServer() async throws {
    let limits = [
      "LOGIN_MAX_FAILURES", "TFA_MAX_FAILURES", "TFA_MAX_MAILS", "MAIL_MAX_PER_RECIPIENT",
      "MAIL_MAX_PER_SENDER",
      "SIGNUP_MAX_PER_CLIENT",
    ]
    let unlimited = Dictionary(uniqueKeysWithValues: limits.map { ($0, "0") })
    try await PortalHarness.with(unlimited, more: { PublicDirectory(global: $0).endpoints }) { portals in
      let statuses = try await Self.statuses(of: portals.endpoints.sorted { $0.path < $1.path }, in: portals)
      // Requests that were all refused would prove little.
      for (kind, least) in [(2, portals.endpoints.count / 2), (4, portals.endpoints.count)] {
        #expect(statuses.filter { $0 / 100 == kind }.count > least)
      }
    }
  }

  private static func statuses(of endpoints: [Endpoint], in portals: PortalHarness) async throws -> [Int] {
    #expect(endpoints.count > 70)
    var values = KnownValues()
    var statuses: [Int] = []
    for endpoint in endpoints {
      statuses += try await self.statuses(of: endpoint, &values, in: portals)
    }
    return statuses
  }

  /// Sends the rounds of one endpoint.
  private static func statuses(
    of endpoint: Endpoint,
    _ values: inout KnownValues,
    in portals: PortalHarness
  ) async throws -> [Int] {
    let seed = seed ?? UInt64.random(in: .min ... .max)
    var requests = RequestMaker(seed: seed, endpoint)
    var caller: Caller?
    var statuses: [Int] = []
    for round in 0..<rounds {
      if round % 50 == 0 { caller = try await Caller.make(endpoint.path, in: portals) }
      values.note(caller)
      let request = requests.next(values, session: caller?.session)
      let response = try await portals.send(
        endpoint.method.rawValue,
        endpoint.path,
        headers: request.headers,
        body: request.body
      )
      statuses.append(response.status)
      let shown = "VETCHIUM_FUZZ_SEED=\(seed) \(endpoint.path), round \(round): \(request) → \(response)"
      // The harness has no other region, and one can be asked for.
      let isElsewhere = response.json["type"] == "region-unavailable"
      #expect(response.status < 500 || isElsewhere, "\(shown)")
      #expect(response.status < 400 || response.json["type"].string != nil, "\(shown)")
      values.note(response.json)
    }
    return statuses
  }
}

/// Somebody of the endpoint's portal who may call everything in it.
private struct Caller {
  let session: String
  let email: String
  let domain: String?

  /// - Returns: nil for the portal that has no accounts
  static func make(_ path: String, in portals: PortalHarness) async throws -> Caller? {
    guard let kind = path.split(separator: "/").first.flatMap({ PortalKind(rawValue: String($0)) }) else {
      return nil
    }
    let roles = kind == .admin ? ["invite_users", "manage_users", "manage_domains"] : []
    let account = try await portals.account(kind, name: "Ada", roles: roles, isAdmin: true)
    return Caller(session: account.session, email: account.email, domain: account.tenant?.domain)
  }
}

/// Values that mean something to the servers, by the names of members.
private struct KnownValues {
  private var texts: [String: [String]] = [
    "email": ["somebody@example.com", "a@gmail.com"], "domain": ["example.com", "tenant.test"],
    "password": [TestAccount.password], "name": ["Ada Lovelace", "தமிழ் பெயர்"],
    "home_region": ["ind1", "usa1", "sgp1"],
    "language": ["en-US", "de-DE", "ta-IN", "fr-FR"], "resident_country_code": ["IN"], "tfa_code": ["123456"],
    "reason": ["a reason"], "status": ["active", "disabled"], "filter": ["active", "all"], "search": ["exa"],
    "cursor": [""],
    "token": ["IND1-\(String(repeating: "0", count: 64))", String(repeating: "a", count: 64)],
    "role_name": ["org:manage_users", "agency:manage_users", "admin:manage_users"],
    "id": ["00000000-0000-4000-8000-000000000000"],
  ]

  /// Members that mean the same have names with the same word.
  private static let kinds = [
    "email", "password", "language", "token", "cursor", "domain", "status", "name", "id",
  ]

  private static func kind(of member: String) -> String { kinds.first { member.contains($0) } ?? member }

  func texts(for member: String) -> [String] { texts[member] ?? texts[Self.kind(of: member)] ?? ["a"] }

  mutating func note(_ caller: Caller?) {
    guard let caller else { return }
    texts["email", default: []].append(caller.email)
    caller.domain.map { texts["domain", default: []].append($0) }
  }

  /// Takes the texts of a response for later requests; the newest of each kind.
  mutating func note(_ json: JSON, _ member: String = "") {
    switch json {
    case .object(let members): for (name, value) in members { note(value, name) }
    case .array(let elements): for element in elements.prefix(3) { note(element, member) }
    case .string(let text):
      let kind = Self.kind(of: member)
      texts[kind] = Array((texts[kind] ?? []).suffix(20)) + [text]
    default: break
    }
  }
}

/// One request, as a failure shows it.
private struct MadeUpRequest: CustomStringConvertible {
  let headers: [(String, String)]
  let body: Data

  var description: String {
    "\(headers) \(String(String(decoding: body.prefix(2000), as: UTF8.self).debugDescription)) (\(body.count) bytes)"
  }
}

private struct RequestMaker {
  private var random: RandomText
  private let members: [MemberDescription]
  private let needsSession: Bool

  init(seed: UInt64, _ endpoint: Endpoint) {
    random = RandomText(seed: seed)
    members = endpoint.input?.description.members ?? []
    needsSession = endpoint.access != .anyone
  }

  private mutating func isOne(in count: Int) -> Bool {
    Int.random(in: 0..<count, using: &random.generator) == 0
  }

  mutating func next(_ values: KnownValues, session: String?) -> MadeUpRequest {
    var headers = strangeHeaders()
    if needsSession, !isOne(in: 15) {
      let token = isOne(in: 20) ? random.mutation(of: session ?? "", alphabet: "0fIND1-") : session ?? ""
      headers.append(("Authorization", "Bearer \(Self.fieldValue(token))"))
    }
    return MadeUpRequest(headers: headers, body: Data(body(values)))
  }

  private mutating func strangeHeaders() -> [(String, String)] {
    guard isOne(in: 4) else { return [] }
    let text = Self.fieldValue(
      random.nearly(["203.0.113.9, 127.0.0.1", "00-ab-cd-01"], alphabet: ",.:[] -af09", 0...60)
    )
    let name = random.element(of: [
      "X-Forwarded-For", "User-Agent", "X-Request-ID", "traceparent", "Vetchium-Hop", "Origin",
    ])
    return [(name, text)]
  }

  /// The characters that HTTP lets through.
  private static func fieldValue(_ text: String) -> String {
    String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init))
      .trimmingBlanks
  }

  // MARK: Bodies

  private mutating func body(_ values: KnownValues) -> [UInt8] {
    var text = Array(object(of: members, values, careful: !isOne(in: 3)).utf8)
    switch Int.random(in: 0..<24, using: &random.generator) {
    case 0: text.removeLast(Int.random(in: 0...text.count, using: &random.generator))
    case 1: for _ in 0...3 { damage(&text) }
    case 2: text = random.bytes(0...200)
    case 3: text += random.bytes(1...3)
    case 4: text = Array("{\"a\":\(String(repeating: "[", count: 40))".utf8)
    case 5: text = Array("{\"a\":[\(String(repeating: "1,", count: 300_000))1]}".utf8)
    case 6: text = Array(random.element(of: ["", " ", "null", "[]", "1e999", "\"a\"", "\u{FEFF}{}"]).utf8)
    // One byte too long, unless what was made up is longer than that already.
    case 7: text += Array(repeating: 0x20, count: max(0, (1 << 20) + 1 - text.count))
    default: break
    }
    return text
  }

  private mutating func damage(_ text: inout [UInt8]) {
    guard !text.isEmpty else { return }
    text[Int.random(in: text.indices, using: &random.generator)] = UInt8.random(
      in: 0...255,
      using: &random.generator
    )
  }

  /// - Parameter careful: true for right values only
  private mutating func object(of members: [MemberDescription], _ values: KnownValues, careful: Bool)
    -> String
  {
    var parts: [String] = []
    for member in members where careful || !isOne(in: 8) {
      if careful, member.presence != .always, isOne(in: 2) { continue }
      let value = careful || !isOne(in: 3) ? right(member, values, careful) : anything(depth: 0)
      parts.append("\"\(member.name)\":\(value)")
      if !careful, isOne(in: 30) { parts.append("\"\(member.name)\":\(value)") }
    }
    if isOne(in: 5) {
      parts.append(
        "\(quoted(random.nearly(["unknown"], alphabet: "aé\u{301}", 0...20))):\(anything(depth: 0))"
      )
    }
    return "{\(parts.joined(separator: ","))}"
  }

  private mutating func right(_ member: MemberDescription, _ values: KnownValues, _ careful: Bool) -> String {
    switch member.value {
    case .string(.oneOf(let choices)): return quoted(near(choices, careful))
    case .string(.text): return quoted(near(values.texts(for: member.name), careful))
    case .integer(let range):
      return "\(Int.random(in: range.clamped(to: -1...1000), using: &random.generator))"
    case .boolean: return careful ? "true" : random.element(of: ["true", "false"])
    case .json: return anything(depth: 0)
    case .object(let body): return object(of: body.members, values, careful: careful)
    case .array(let element):
      let count =
        careful ? Int.random(in: 0...2, using: &random.generator) : random.element(of: [0, 1, 3, 60, 2000])
      let item = MemberDescription(member.name, element, .always)
      return "[\((0..<count).map { _ in right(item, values, careful) }.joined(separator: ","))]"
    }
  }

  private mutating func near(_ texts: [String], _ careful: Bool) -> String {
    careful ? random.element(of: texts) : random.nearly(texts, alphabet: "a.@-%\\é\u{301}\u{3164}\0", 0...80)
  }

  /// A JSON text of any kind and size.
  private mutating func anything(depth: Int) -> String {
    switch Int.random(in: 0..<(depth < 3 ? 9 : 7), using: &random.generator) {
    case 0: return random.element(of: ["null", "true", "false", "\"\\ud800\"", "NaN", "01", "\"\u{1}\""])
    case 1:
      return random.element(of: [
        "0", "-0", "1.5", "1e999", "-1e-999", "99999999999999999999999", "2147483648",
      ])
    case 2:
      return quoted(
        String(repeating: random.element(of: ["%", "a", "é", "\u{301}", "😀", "\\"]), count: 100_000)
      )
    case 3...6:
      return quoted(
        random.nearly(["a", "\0", "\u{202E}", "\u{10FFFF}", "' OR 1=1 --"], alphabet: "%_\\\"'é", 0...40)
      )
    case 7: return "[\((0..<3).map { _ in anything(depth: depth + 1) }.joined(separator: ","))]"
    default: return "{\"a\":\(anything(depth: depth + 1)),\"b\":\(anything(depth: depth + 1))}"
    }
  }

  private func quoted(_ text: String) -> String {
    String(decoding: JSON.string(text).data, as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
