import FoundationEssentials
import PostgresClient
import Vocabulary

/// Who is there at the beginning of a schedule and what they try. All of it follows from the seed.
struct ScheduleScenario: Sendable {
  struct SignupToken: Sendable {
    let email: EmailAddress
    let token: RawToken
  }

  struct Person: Sendable {
    let id: UUID
    let region: String
    let email: EmailAddress
  }

  struct ChangeToken: Sendable {
    let person: Int
    let newAddress: EmailAddress
    let token: RawToken
  }

  enum Work: Sendable {
    /// The number of the signup token, and the home.
    case signup(Int, home: String)
    /// The number of the change's token.
    case change(Int)
    case recovery(region: String)
  }

  private(set) var signupTokens: [SignupToken] = []
  private(set) var people: [Person] = []
  private(set) var changeTokens: [ChangeToken] = []
  private(set) var work: [Work] = []
  /// The deadline passes in the middle of the attempt, and recoveries are about.
  private(set) var isLate = false

  init(_ random: inout SeededGenerator) throws {
    let kinds: ClosedRange<Int> = 0...6
    switch Int.random(in: kinds, using: &random) {
    case 0: try oneTokenFromSeveralRegions(&random)
    case 1: try oneAddressWithSeveralTokens(&random)
    case 2: try oneHandleForSeveralAddresses(&random)
    case 3: try onePersonsChanges(&random)
    case 4, 5: try oneThatIsLate(&random)
    default: try oneAddressWantedByAll(&random)
    }
    if Bool.random(using: &random) { work.append(.recovery(region: Self.region(&random))) }
  }

  /// One token, and nothing done with it.
  init(signupFor email: String) throws { try addSignupToken(email) }

  private mutating func oneTokenFromSeveralRegions(_ random: inout SeededGenerator) throws {
    try addSignupToken("same.token@example.com")
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      work.append(.signup(0, home: Self.region(&random)))
    }
  }

  private mutating func oneAddressWithSeveralTokens(_ random: inout SeededGenerator) throws {
    for number in 0..<2 {
      try addSignupToken("same.address@example.com")
      work.append(.signup(number, home: Self.region(&random)))
    }
    if Bool.random(using: &random) { work.append(.signup(0, home: Self.region(&random))) }
  }

  private mutating func oneHandleForSeveralAddresses(_ random: inout SeededGenerator) throws {
    for number in 0..<2 {
      try addSignupToken("same.handle@example\(number).com")
      work.append(.signup(number, home: Self.region(&random)))
    }
  }

  private mutating func oneThatIsLate(_ random: inout SeededGenerator) throws {
    let home = Self.region(&random)
    try addSignupToken("late@example.com")
    work = [.signup(0, home: home), .recovery(region: home)]
    if Bool.random(using: &random) { work.append(.recovery(region: home)) }
    isLate = true
  }

  private mutating func onePersonsChanges(_ random: inout SeededGenerator) throws {
    try addPerson("changing@example.com", Self.region(&random))
    try addChange(of: 0, to: "changed@example.com")
    work.append(.change(0))
    if Bool.random(using: &random) { work.append(.change(0)) }
    if Bool.random(using: &random) {
      try addChange(of: 0, to: "changed.otherwise@example.com")
      work.append(.change(1))
    }
  }

  private mutating func oneAddressWantedByAll(_ random: inout SeededGenerator) throws {
    for number in 0..<2 {
      try addPerson("person\(number)@example.com", Self.region(&random))
      try addChange(of: number, to: "wanted@example.com")
      work.append(.change(number))
    }
    try addSignupToken("wanted@example.com")
    work.append(.signup(0, home: Self.region(&random)))
  }

  private mutating func addSignupToken(_ email: String) throws {
    signupTokens.append(SignupToken(email: try EmailAddress(email), token: RawToken()))
  }

  private mutating func addPerson(_ email: String, _ region: String) throws {
    people.append(Person(id: UUID(), region: region, email: try EmailAddress(email)))
  }

  private mutating func addChange(of person: Int, to email: String) throws {
    changeTokens.append(ChangeToken(person: person, newAddress: try EmailAddress(email), token: RawToken()))
  }

  private static func region(_ random: inout SeededGenerator) -> String {
    ScheduleWorld.regions[Int.random(in: ScheduleWorld.regions.indices, using: &random)]
  }

  /// Puts everybody and every token into the databases.
  func settle(in world: ScheduleWorld) async throws {
    for token in signupTokens {
      try await world.rows(
        world.global,
        """
        INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at)
        VALUES ($1, $2, $3, now() + interval '1 hour')
        """,
        token.token.hash,
        token.email.address,
        token.email.hash
      )
    }
    for (number, person) in people.enumerated() {
      let handle = "person-\(number)"
      try await world.rows(
        world.global,
        "INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region) VALUES ($1, $2, $3, $4)",
        person.id,
        handle,
        person.email.hash,
        person.region
      )
      try await world.rows(
        world.region(person.region),
        """
        WITH person AS (
          INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
          VALUES ($1, $2, $3, '$argon2id$')
          RETURNING hub_user_global_id
        )
        INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
        SELECT sha256(uuid_send(hub_user_global_id)), hub_user_global_id, now() + interval '1 hour' FROM person
        """,
        person.id,
        person.email.address,
        handle
      )
    }
    for change in changeTokens {
      try await world.rows(
        world.region(people[change.person].region),
        """
        INSERT INTO hub_email_verification_tokens (token_hash, hub_user_global_id, new_email_address, expires_at)
        VALUES ($1, $2, $3, now() + interval '1 hour')
        """,
        change.token.hash,
        people[change.person].id,
        change.newAddress.address
      )
    }
  }
}
