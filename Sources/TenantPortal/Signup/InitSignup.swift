import API
import Accounts
import DomainVerification
import FoundationEssentials
import GlobalDatabase
import HTTPTypes
import Mail
import Outbox
import PostgresClient
import Sagas
import SharedQueries
import SystemPrimitives
import Vocabulary

/// A signup to be written down.
struct NewSignup: Sendable {
  let tokenHash: Data
  let dnsToken: String
  let email: EmailAddress
  let domain: String
  let homeRegion: String
  let lifetimeMs: Int64
}

extension FindSignupObstacles.Row {
  /// - Parameter isTaken: another tenant has the domain, and not only claimed it.
  /// - Throws: 409, the first that applies.
  fileprivate func check(isTaken: Bool) throws {
    if isAddressKnown { throw Problem.alreadyRegistered }
    if isTaken { throw Problem.domainTaken }
    if isUnderWay { throw Problem.signupUnderWay }
  }
}

extension TenantPortal {
  var initSignupHome: HomeRule<InitSignupInput, Void> {
    HomeRule(.bodyRegion) {
      $0.checkRegion("home_region", $1)
    } find: { input, _ in
      guard let region = RegionCode(rawValue: input.homeRegion) else { throw Problem.internalError }
      return .region(region, ())
    }
  }

  /// `POST init-signup`: two tokens with two destinations. The one in the mail that may be forwarded is public and goes
  /// into the DNS; the one in the private link proves the address. No answer holds either.
  func initSignup(_ input: InitSignupInput, _: Void, _ call: Call) async throws -> BegunSignup {
    // Most refusals need no saga; the global step looks again.
    let obstacles = try await Tenant.Global.findSignupObstacles(
      global,
      emailAddressHashes: addresses.hashes(input.email),
      domain: input.domain.name
    )
    if obstacles?.isAddressKnown == true { throw Problem.alreadyRegistered }
    let availability = try await availability(of: input.domain.name, isProven: false, call.logger)
    try obstacles?.check(isTaken: availability == .taken)
    // Whoever completes the signup has the proof, which displaces a claim.
    let expiresAt = try await beginSignup(input, displacing: availability.claimant, call)
    return BegunSignup(domain: input.domain.name, expiresAt: expiresAt)
  }

  private func beginSignup(_ input: InitSignupInput, displacing claimant: UUID?, _ call: Call) async throws
    -> Date
  {
    let (address, domain, lifetime) = (input.email.address, input.domain.name, settings.signupTokenLifetime)
    let dnsToken = RawToken().hex
    let claim = Self.claim(
      madeIn: region.rawValue,
      address: address,
      domain: domain,
      dnsToken: dnsToken,
      homeRegion: region.rawValue
    )
    let token = signupTokens.token(for: claim, validFor: lifetime)
    let record = mail.dnsRecord(
      Tenant.mails,
      to: address,
      domain: domain,
      host: DomainProof.host,
      token: dnsToken,
      lifetime: lifetime
    )
    let link = mail.privateLink(
      Tenant.mails,
      to: address,
      domain: domain,
      token: token.hex,
      lifetime: lifetime
    )
    return try await sagas.run(
      InitSignupSaga<Tenant>(
        signup: NewSignup(
          tokenHash: token.hash,
          dnsToken: dnsToken,
          email: input.email,
          domain: domain,
          homeRegion: region.rawValue,
          lifetimeMs: lifetime.milliseconds
        ),
        claimant: claimant,
        mails: [record.insertion(sealedBy: sealing), link.insertion(sealedBy: sealing)],
        throttle: signups,
        call: AccountCall(call),
        global: global,
        addresses: addresses
      ),
      logger: call.logger
    )
  }
}

extension TenantPortal {
  /// What the token of a tenant's sign-up is good for.
  static func claim(
    madeIn: String,
    address: String,
    domain: String,
    dnsToken: String,
    homeRegion: String
  ) -> SignupClaim {
    SignupClaim(
      kind: Tenant.prefix,
      madeIn: madeIn,
      address: address,
      details: [domain, dnsToken, homeRegion]
    )
  }
}

/// A signup that is under way.
struct BegunSignup: ResponseContent {
  let domain: String
  let expiresAt: Date

  private static let message = """
    Two mails have been sent: one with a record for the DNS, one with a private link. \
    Both are valid until the same time.
    """

  static let members: [ResponseMember<BegunSignup>] = [
    .string("domain", is: "a domain name", \.domain),
    .string("dns_record_name", is: "the name of the TXT record") { DomainProof.recordName(of: $0.domain) },
    .time("token_expires_at", \.expiresAt),
    .string("message") { _ in message },
  ]
}

/// Begins a signup: its record is global, its mails regional.
struct InitSignupSaga<Tenant: TenantType>: Saga {
  let subjectID = UUID()
  let signup: NewSignup
  /// The tenant that has only claimed the domain; any other that has it is in the way.
  let claimant: UUID?
  let mails: [PostgresQuery]
  let throttle: SignupThrottle
  let call: AccountCall
  let global: PostgresPool
  let addresses: AddressHasher

  var undo: InitSignupUndo<Tenant> { InitSignupUndo(signupTokenHash: JournalHash(signup.tokenHash)) }

  func writeGlobal(_ transaction: PostgresTransaction) async throws -> Date {
    try await Tenant.Global.lockSignupDomain(transaction, domain: signup.domain)
    let obstacles = try await Tenant.Global.findSignupObstacles(
      transaction,
      emailAddressHashes: addresses.hashes(signup.email),
      domain: signup.domain
    )
    let holder = try await Tenant.Global.findDomainHolder(transaction, domain: signup.domain)
    try obstacles?.check(isTaken: holder != nil && holder?.tenantID != claimant)
    try await throttle.admit(mailTo: signup.email, call, transaction)
    let hash = addresses.hash(signup.email)
    try await Tenant.Global.insertSignupToken(
      transaction,
      tokenHash: signup.tokenHash,
      dnsToken: signup.dnsToken,
      emailAddress: signup.email.address,
      emailAddressHash: hash.bytes,
      hashingAlgorithm: hash.algorithm,
      domain: signup.domain,
      homeRegion: signup.homeRegion,
      lifetimeMs: signup.lifetimeMs
    )
    let inserted = try await Tenant.Global.findSignup(transaction, tokenHash: signup.tokenHash)
    guard let inserted else { throw Problem.internalError }
    return inserted.expiresAt
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Date) async throws {
    _ = try await transaction.executeAll(mails)
  }

  /// The region's own record is two mails like others; but nobody has taken the signup back.
  func isComplete(in _: PostgresPool) async throws -> Bool {
    try await Tenant.Global.findSignup(global, tokenHash: signup.tokenHash) != nil
  }
}

extension Problem {
  static let alreadyRegistered = Problem(
    .conflict,
    .alreadyRegistered,
    "This e-mail address is already registered."
  )
  static let signupUnderWay = Problem(.conflict, .signupUnderWay, "A signup of this domain is under way.")
}

struct InitSignupInput: RequestInput {
  let email: EmailAddress
  /// The domain of the address.
  let domain: DomainName
  let homeRegion: String

  init?(_ decoder: inout InputDecoder) {
    let email = decoder.required("email", as: EmailAddress.self)
    let domain = email.flatMap { Self.domain(of: $0, &decoder) }
    let homeRegion = decoder.requiredString("home_region")
    guard let email, let domain, let homeRegion else { return nil }
    self.email = email
    self.domain = domain
    self.homeRegion = homeRegion.lowercased()
  }

  private static func domain(of email: EmailAddress, _ decoder: inout InputDecoder) -> DomainName? {
    guard let domain = try? DomainName(email.domain) else {
      decoder.note("email", "must be an address at a domain that the DNS allows")
      return nil
    }
    switch UnclaimableDomain(domain) {
    case nil: return domain
    case .personalMailProvider: decoder.note("email", "must not be a personal email address")
    case .publicSuffix:
      decoder.note("email", "must not be at a public suffix, below which anybody can register a name")
    case .withoutRecord:
      decoder.note("email", "must be at a domain of at most 236 characters, so that its record has a name")
    }
    return nil
  }
}
