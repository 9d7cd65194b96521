import API
import Vocabulary

struct InitSignupInput: RequestInput {
  let email: EmailAddress
  /// Of the address.
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
    guard !PersonalMailProviders.domains.contains(domain.name) else {
      decoder.note("email", "must not be a personal email address")
      return nil
    }
    return domain
  }
}
