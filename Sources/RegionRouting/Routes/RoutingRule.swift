/// How a route's home region is found. Every regional route declares one; the table in
/// docs/reference/api.md is tested against the routes.
public enum RoutingRule: String, Sendable, CaseIterable {
  /// By the prefix of the bearer token. Needs no database but the home region's.
  case session
  /// By the prefix of a token in the body.
  case bodyToken = "body token"
  /// By a global look-up of the e-mail address's hash.
  case email = "e-mail"
  /// By a global look-up of a tenant's domain, and of the address's hash among its users.
  case domainAndEmail = "domain + e-mail"
  /// By the global record of a signup that the body's token stands for.
  case signupRecord = "signup record"
  /// By the body's `home_region`.
  case bodyRegion = "body region"
  /// Not at all: served where it lands.
  case anywhere
}
