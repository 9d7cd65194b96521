import FoundationEssentials
import TestSupport
import Testing

/// Whether anything about an answer tells who has an account, or where: every route without a session that takes an
/// address, asked through the load balancer, about people of all regions and about nobody.
@Suite(.serialized) struct EnumerationTests {
  /// A route that takes an address, and how it is asked without knowing a password.
  enum Question: String, CaseIterable, Sendable {
    case hubLogin, hubReset, orgLogin, orgReset, agencyLogin, agencyReset, adminLogin, adminReset

    private var portal: String { String(rawValue.prefix { $0.isLowercase }) }
    var isLogin: Bool { rawValue.hasSuffix("Login") }
    var tenant: TenantPortalName? { TenantPortalName(rawValue: portal) }
    var isAdmin: Bool { portal == "admin" }
    var path: String { "/\(portal)/\(isLogin ? "login" : "request-password-reset")" }

    func body(_ account: Account) -> JSON {
      let member = portal == "hub" || !isLogin ? "email_address" : "email"
      var body: JSON = [member: .string(account.email)]
      if let domain = account.domain { body = body.with("domain", .string(domain)) }
      return isLogin ? body.with("password", "a wrong password") : body
    }
  }

  struct Account: Sendable {
    let email: String
    var domain: String?
  }

  /// What an observer sees of an answer, but for what differs from request to request.
  struct Shape: Hashable, CustomStringConvertible {
    let status: Int
    let fields: [String]
    let body: String

    init(_ answer: HTTPAnswer) {
      status = answer.status
      fields = answer.headers.map { field in
        let name = field.name.lowercased()
        return ["date", "x-request-id"].contains(name) ? name : "\(name): \(field.value)"
      }
      body = String(decoding: answer.body, as: UTF8.self)
    }

    var description: String { "\(status) \(fields) \(body)" }
  }

  /// Accounts with homes in all regions, and as many that nobody has.
  fileprivate static func accounts(_ question: Question, _ stack: TestStack, perRegion: Int) async throws
    -> (known: [Account], unknown: [Account])
  {
    var known: [Account] = []
    var unknown: [Account] = []
    for region in stack.regions {
      if let portal = question.tenant {
        // A login at a domain that nobody has is answered 404, so that people may correct it.
        let founder = try await stack.founder(portal, home: region)
        let domain = founder.signup.domain
        known += (0..<perRegion).map { _ in Account(email: founder.signup.email, domain: domain) }
        unknown += (0..<perRegion).map { _ in Account(email: Person.unheardOfAddress(), domain: domain) }
        if !question.isLogin {
          unknown += (0..<perRegion).map { _ in
            Account(email: Person.unheardOfAddress(), domain: PrivateDNS.unheardOfDomain())
          }
        }
      } else {
        for _ in 0..<perRegion {
          known.append(
            Account(
              email: question.isAdmin
                ? try await stack.administratorWithPassword().email
                : try await stack.signUp(home: region).email
            )
          )
          unknown.append(Account(email: Person.unheardOfAddress()))
        }
      }
    }
    return (known, unknown)
  }

  @Test(arguments: Question.allCases)
  func noPartOfAnAnswerTellsWhoHasAnAccountOrWhere(_ question: Question) async throws {
    let stack = try await TestStack.shared
    let balancer = try await LoadBalancer.start(
      apiServers: try stack.regions.map { try stack.server($0).port },
      globalService: stack.globalService.port
    )
    let (known, unknown) = try await Self.accounts(question, stack, perRegion: 1)
    func shapes(_ accounts: [Account]) async throws -> Set<Shape> {
      var shapes: Set<Shape> = []
      // Round and round, so that each account is asked for at each server.
      for account in accounts {
        for _ in stack.regions {
          shapes.insert(Shape(try await balancer.client.post(question.path, question.body(account))))
        }
      }
      return shapes
    }
    let (ofKnown, ofUnknown) = (try await shapes(known), try await shapes(unknown))
    #expect(ofKnown.count == 1 && ofKnown == ofUnknown, "known: \(ofKnown)\nunknown: \(ofUnknown)")
    #expect(ofKnown.first?.status == (question.isLogin ? 401 : 200))
    let words = ofKnown.map(\.description).joined().lowercased()
    for word in stack.regions + ["via: "] { #expect(!words.contains(word), "\(word) in \(words)") }
  }

  /// Wrong passwords are refused after as many tries, whoever they are for and wherever they are counted.
  @Test(arguments: Question.allCases.filter(\.isLogin))
  func noThrottleTellsWhoHasAnAccount(_ question: Question) async throws {
    let stack = try await TestStack.shared
    let balancer = try await LoadBalancer.start(
      apiServers: try stack.regions.map { try stack.server($0).port },
      globalService: stack.globalService.port
    )
    let (known, unknown) = try await Self.accounts(question, stack, perRegion: 1)
    var courses: Set<[Int]> = []
    for account in known + unknown {
      var statuses: [Int] = []
      for _ in 1...12 {
        statuses.append(try await balancer.client.post(question.path, question.body(account)).status)
      }
      courses.insert(statuses)
    }
    #expect(courses.count == 1 && courses.first?.suffix(2) == [429, 429], "\(courses)")
  }
}

/// The same for time: `make test-timing`, since it takes minutes and wants a machine that does little else.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["VETCHIUM_TIMING"] != nil))
struct EnumerationTimingTests {
  private static let perGroup = 400

  /// Known and unknown accounts in random order, through the load balancer: whoever has to say of two answers which was
  /// a known account's, by their times, is right in half of the cases. With 400 answers a group the standard error of
  /// that share is 0.02 if the groups are alike.
  @Test(arguments: EnumerationTests.Question.allCases)
  func timesTellNothing(_ question: EnumerationTests.Question) async throws {
    var configuration = TestStack.Configuration()
    configuration.environment = ["LOGIN_MAX_FAILURES": "0", "MAIL_MAX_PER_RECIPIENT": "0"]
    let stack = try await TestStack.start(configuration)
    let balancer = try await LoadBalancer.start(
      apiServers: try stack.regions.map { try stack.server($0).port },
      globalService: stack.globalService.port
    )
    let accounts = try await EnumerationTests.accounts(question, stack, perRegion: 7)
    var times: [Bool: [Duration]] = [:]
    let order = (0..<Self.perGroup).flatMap { _ in [true, false] }.shuffled()
    // The first ones find cold caches.
    for (number, isKnown) in (order.prefix(100) + order).enumerated() {
      let account = try #require((isKnown ? accounts.known : accounts.unknown).randomElement())
      let answer = try await balancer.client.post(question.path, question.body(account))
      try #require(answer.status == (question.isLogin ? 401 : 200), "\(answer)")
      if number >= 100 { times[isKnown, default: []].append(answer.duration) }
    }
    let area = Self.areaUnderCurve(try #require(times[true]), try #require(times[false]))
    print("\(question.rawValue): known or unknown by time is right in \(area) of all pairs")
    #expect((0.42...0.58).contains(area), "\(question): \(area)")
  }

  /// The share of pairs in which the first one's value is the greater; ties count half (Mann and Whitney's U by the
  /// number of pairs, which is the area under the ROC curve).
  private static func areaUnderCurve(_ first: [Duration], _ second: [Duration]) -> Double {
    var wins = 0.0
    for left in first {
      for right in second { wins += left > right ? 1 : left == right ? 0.5 : 0 }
    }
    return wins / Double(first.count * second.count)
  }
}
