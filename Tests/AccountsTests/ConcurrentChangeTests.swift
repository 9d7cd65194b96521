import PortalTestSupport
import Synchronization
import TestSupport
import Testing

/// Two things that happen to one account at the same moment, each with each, in every portal and in either order: the
/// first is held in the middle by a lock that the test takes on the account's rows, the second comes, and then both go
/// on. None may fail with an error of the server's, such as a deadlock, and what one of them revokes must be revoked.
@Suite struct ConcurrentChangeTests {
  private static let newPassword = "a new and better one"

  enum Move: String, CaseIterable, Sendable {
    case login, code, resetRequest, reset, passwordChange, addressRequest, addressChange, disabling,
      roleChange

    static func of(_ kind: PortalKind) -> [Move] {
      allCases.filter { kind == .hub ? $0 != .roleChange : $0 != .addressRequest && $0 != .addressChange }
    }
  }

  /// Every way into an account, each open.
  private struct Ways {
    let account: TestAccount
    let otherSession: String
    let login: PendingLogin
    let reset: String
    /// The address that a change is under way to, and its token; hub users only.
    let newAddress: String
    let addressToken: String?

    init(into account: TestAccount, _ portals: PortalHarness) async throws {
      self.account = account
      otherSession = try await portals.openSession(of: account)
      login = try await portals.beginLogin(account)
      reset = try await portals.requestReset(account)
      newAddress = TestAccount.unheardOfAddress("new")
      guard account.kind == .hub else {
        addressToken = nil
        return
      }
      let body: JSON = ["new_email_address": .string(newAddress)]
      try await portals.post("/hub/request-email-change", body, session: account.session).expect(200)
      addressToken = try await portals.mail("hub_email_verification", to: newAddress).linkToken()
    }
  }

  @Test(arguments: PortalKind.allCases, HeldRows.allCases)
  func nothingSurvivesAndNothingFails(_ kind: PortalKind, _ rows: HeldRows) async throws {
    try await PortalHarness.with { portals in
      let actor: TestAccount? =
        switch kind {
        case .hub: nil
        case .org, .agency: try await portals.account(kind, isAdmin: true)
        case .admin: try await portals.account(kind, roles: ["manage_users"])
        }
      for first in Move.of(kind) {
        for second in Move.of(kind) {
          // Two changes of one address come one after the other without a lock; EmailChangeTests has them.
          guard (first, second) != (.addressChange, .addressChange) else { continue }
          let account = try await portals.account(kind, of: actor?.tenant)
          let ways = try await Ways(into: account, portals)
          let responses = try await Self.collide(first, second, ways, rows, actor, portals)
          try await Self.check([first, second], responses, ways, actor, portals)
        }
      }
    }
  }

  /// Starts the first, the second once the first waits or is done, and lets go once the second does or is.
  private static func collide(
    _ first: Move,
    _ second: Move,
    _ ways: Ways,
    _ rows: HeldRows,
    _ actor: TestAccount?,
    _ portals: PortalHarness
  ) async throws -> [PortalResponse] {
    let done = Count()
    let lock = try await portals.lock(rows, of: ways.account)
    return try await withThrowingTaskGroup(of: (Int, PortalResponse).self) { group in
      do {
        for (number, move) in [first, second].enumerated() {
          group.addTask {
            let response = try await Self.make(move, ways, actor, portals)
            done.increment()
            return (number, response)
          }
          try await eventually("\(first) and \(second): \(move) waits or is done") {
            let waiting = try await portals.database(ways.account.kind).waitingForLocks()
            return waiting + done.value > number
          }
        }
      } catch {
        await lock.release()
        throw error
      }
      await lock.release()
      var responses: [(Int, PortalResponse)] = []
      for try await response in group { responses.append(response) }
      return responses.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private static func make(
    _ move: Move,
    _ ways: Ways,
    _ actor: TestAccount?,
    _ portals: PortalHarness
  ) async throws -> PortalResponse {
    let (account, kind) = (ways.account, ways.account.kind)
    switch move {
    case .login: return try await portals.post(kind.path("login"), account.loginBody())
    case .code: return try await portals.enter(ways.login.code, ways.login)
    case .resetRequest: return try await portals.post(kind.path("request-password-reset"), account.resetBody)
    case .reset: return try await portals.completeReset(kind, ways.reset, newPassword)
    case .passwordChange: return try await portals.changePassword(account, TestAccount.password, newPassword)
    case .addressRequest:
      let body: JSON = ["new_email_address": .string(TestAccount.unheardOfAddress())]
      return try await portals.post("/hub/request-email-change", body, session: account.session)
    case .addressChange:
      let body: JSON = ["verification_token": .string(try #require(ways.addressToken))]
      return try await portals.post("/hub/complete-email-change", body)
    case .disabling: return PortalResponse(status: try await portals.disable(account, by: actor))
    case .roleChange:
      let body: JSON = [
        "target_user_id": .string(account.idText), "role_name": .string(kind.role("invite_users")),
      ]
      return try await portals.post(kind.path("assign-role"), body, session: try #require(actor).session)
    }
  }

  private static func check(
    _ moves: [Move],
    _ responses: [PortalResponse],
    _ ways: Ways,
    _ actor: TestAccount?,
    _ portals: PortalHarness
  ) async throws {
    let (account, kind) = (ways.account, ways.account.kind)
    let what: Comment = "\(kind): \(moves) \(responses)"
    #expect(responses.allSatisfy { $0.status < 500 && $0.status != 429 }, what)
    let succeeded = Set(zip(moves, responses).filter { $0.1.status == 200 }.map(\.0))
    let secrets: Set<Move> = [.reset, .passwordChange, .addressChange]
    let changes = succeeded.intersection(secrets)
    // Each of them revokes what the others go by.
    #expect(changes.count <= 1, what)
    if secrets.isSuperset(of: moves) || Set(moves) == [.disabling] { #expect(succeeded.count == 1, what) }
    guard succeeded.contains(.disabling) || !changes.isEmpty else { return }

    var tables: Set<String> = ["sessions", "tfa_tokens", "password_reset_tokens"]
    if kind == .hub { tables.insert("email_verification_tokens") }
    if succeeded.contains(.disabling) {
      for table in tables {
        #expect(try await portals.rowCount(table, of: account) == 0, "\(table); \(what)")
      }
      #expect(try await portals.enable(account, by: actor) == 200, what)
    }
    let keepsSession = changes == [.passwordChange] && !succeeded.contains(.disabling)
    #expect(try await portals.isOpen(account.session, kind) == keepsSession, what)
    #expect(try await !portals.isOpen(ways.otherSession, kind), what)
    try await expectDeadTokens(ways, portals, what)
    // What the other one has opened.
    for (move, response) in zip(moves, responses) where response.status == 200 {
      switch move {
      case .code:
        let session = try #require(response.json["session_token"].string)
        #expect(try await !portals.isOpen(session, kind), what)
      case .login where changes != [.addressChange] || succeeded.contains(.disabling):
        let token = try #require(response.json["tfa_token"].string)
        let login = PendingLogin(kind: kind, token: token, code: "000000")
        #expect(try await portals.enter(login.code, login).status == 401, what)
      case .login:
        // It came after the change of address, or its token is gone.
        let mails = try await portals.mailCount("hub_tfa", to: ways.newAddress)
        #expect(try await portals.rowCount("tfa_tokens", of: account) == mails, what)
      default: break
      }
    }
    // The password is the one that was set last, and the address as well.
    let isChanged = !changes.isDisjoint(with: [.reset, .passwordChange])
    var body = account.loginBody(isChanged ? newPassword : TestAccount.password)
    if changes.contains(.addressChange) { body = body.with(kind.loginAddress, .string(ways.newAddress)) }
    #expect(try await portals.post(kind.path("login"), body).status == 200, what)
  }

  private static func expectDeadTokens(_ ways: Ways, _ portals: PortalHarness, _ what: Comment) async throws {
    let kind = ways.account.kind
    #expect(try await portals.enter(ways.login.code, ways.login).status == 401, what)
    #expect(try await portals.completeReset(kind, ways.reset, "yet another password").status == 401, what)
    guard let token = ways.addressToken else { return }
    let body: JSON = ["verification_token": .string(token)]
    #expect(try await portals.post("/hub/complete-email-change", body).status == 401, what)
  }
}

private final class Count: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .sequentiallyConsistent) }

  func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}
