public import TestSupport
public import Testing

// What people do, as verbs: each expects its flow to go well.
extension PortalHarness {
  /// The first step of a login: the TFA token, and the code from the mail.
  /// - Parameter client: the address that the request comes from; nil is the proxy's
  public func beginLogin(
    _ account: TestAccount,
    _ password: String = TestAccount.password,
    from client: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> PendingLogin {
    let response = try await post(
      account.kind.path("login"),
      account.loginBody(password),
      headers: Self.forwarded(for: client)
    )
    try #require(response.status == 200, "\(response)", sourceLocation: sourceLocation)
    let mail = try await mail(account.kind.mail("tfa"), to: account.email, sourceLocation: sourceLocation)
    return PendingLogin(
      kind: account.kind,
      token: try #require(response.json["tfa_token"].string, sourceLocation: sourceLocation),
      code: try mail.code(sourceLocation: sourceLocation)
    )
  }

  /// The second step of a login.
  /// - Parameter client: the address that the request comes from; nil is the proxy's
  public func enter(
    _ code: String,
    _ login: PendingLogin,
    _ more: JSON = [:],
    from client: String? = nil
  ) async throws -> PortalResponse {
    try await post(
      login.kind.path("tfa"),
      more.with("tfa_token", .string(login.token)).with("tfa_code", .string(code)),
      headers: Self.forwarded(for: client)
    )
  }

  /// The header fields that a trusted proxy adds for a client.
  public static func forwarded(for client: String?) -> [(String, String)] {
    client.map { [("X-Forwarded-For", $0)] } ?? []
  }

  /// A whole login; returns the session.
  public func logIn(
    _ account: TestAccount,
    _ password: String = TestAccount.password,
    rememberMe: Bool? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let login = try await beginLogin(account, password, sourceLocation: sourceLocation)
    let more: JSON = rememberMe.map { ["remember_me": .bool($0)] } ?? [:]
    let response = try await enter(login.code, login, more)
    try #require(response.status == 200, "\(response)", sourceLocation: sourceLocation)
    return try #require(response.json["session_token"].string, sourceLocation: sourceLocation)
  }

  /// Asks for a password reset; returns the token from the mail.
  public func requestReset(
    _ account: TestAccount,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let response = try await post(account.kind.path("request-password-reset"), account.resetBody)
    try #require(response.status == 200, "\(response)", sourceLocation: sourceLocation)
    let mail = try await mail(
      account.kind.mail("password_reset"),
      to: account.email,
      sourceLocation: sourceLocation
    )
    return try mail.linkToken(sourceLocation: sourceLocation)
  }

  public func completeReset(_ kind: PortalKind, _ token: String, _ password: String) async throws
    -> PortalResponse
  {
    try await post(
      kind.path("complete-password-reset"),
      ["reset_token": .string(token), "new_password": .string(password)]
    )
  }

  public func changePassword(
    _ account: TestAccount,
    _ current: String,
    _ new: String,
    session: String? = nil
  ) async throws -> PortalResponse {
    try await post(
      account.kind.path("change-password"),
      ["current_password": .string(current), "new_password": .string(new)],
      session: session ?? account.session
    )
  }
}

/// A login whose password was right.
public struct PendingLogin: Sendable {
  public let kind: PortalKind
  public let token: String
  public let code: String

  public init(kind: PortalKind, token: String, code: String) {
    self.kind = kind
    self.token = token
    self.code = code
  }

  public var wrongCode: String { code == "000000" ? "000001" : "000000" }
}

/// Runs work so many times at once; each is told its number, from 0 on.
/// - Returns: the results in the order of the numbers.
public func together<Value: Sendable>(
  _ count: Int,
  _ work: @escaping @Sendable (_ number: Int) async throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: (Int, Value).self) { group in
    for number in 0..<count { group.addTask { (number, try await work(number)) } }
    let results = try await group.reduce(into: []) { $0.append($1) }
    return results.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

/// Reads a list page by page, as a client does.
/// - Parameters:
///   - next: takes the next page's cursor off a response; nil or empty after the last page
///   - fetch: asks for a page; the first has no cursor
/// - Returns: the items of each page.
public func pages(
  of list: String,
  next: String = "next_cursor",
  sourceLocation: SourceLocation = #_sourceLocation,
  fetch: (_ cursor: JSON) async throws -> PortalResponse
) async throws -> [[JSON]] {
  var pages: [[JSON]] = []
  var cursor = ""
  var seen: Set<String> = []
  repeat {
    let response = try await fetch(.string(cursor))
    try #require(response.status == 200, "\(response)", sourceLocation: sourceLocation)
    pages.append(response.json[list].elements)
    cursor = response.json[next].string ?? ""
    // A cursor that comes back would be read for ever.
    try #require(
      cursor.isEmpty || seen.insert(cursor).inserted,
      "\(response)",
      sourceLocation: sourceLocation
    )
  } while !cursor.isEmpty
  return pages
}
