import Foundation
import Vocabulary

@testable import API
@testable import ServiceRuntime
@testable import SystemPrimitives

/// Texts that become values: input of users, tokens, addresses, settings.
enum TextTarget {
  static func run(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    words(text)
    tokens(text)
    addresses(text)
    settings(text)
  }

  private static func words(_ text: String) {
    if let email = try? EmailAddress(text) {
      check(
        (try? EmailAddress(email.address)) == email,
        "an e-mail address is the same when it is read again"
      )
      check(email.localPart + "@" + email.domain == email.address, "an e-mail address has two parts")
    }
    if let domain = try? DomainName(text) {
      check((try? DomainName(domain.name)) == domain, "a domain is the same when it is read again")
      check(domain.name.utf8.count == text.utf8.count, "a domain keeps its length")
    }
    if let name = try? FullName(text) {
      check((try? FullName(name.name)) == name, "a full name is the same when it is read again")
    }
    if let name = try? DisplayName(text) {
      check(!name.name.utf8.contains(0), "PostgreSQL stores it")
      check((try? DisplayName(name.name)) == name, "a display name is the same when it is read again")
    }
    if let tag = try? LanguageTag(text) { _ = SupportedLanguage(matching: tag.tag) }
    _ = SupportedLanguage(matching: text)
    if let country = try? CountryCode(text) { check(country.code.utf8.count == 2, "a code has two letters") }
    if let password = try? Password(text) {
      check(
        (try? Password(String(decoding: password.utf8, as: UTF8.self))) == password,
        "a password is the same when it is typed in its form"
      )
      check((try? OfferedPassword(text))?.password == password, "a new password can be offered")
      check(!"\(password)".contains(text), "a password does not show itself")
    }
  }

  private static func tokens(_ text: String) {
    if let token = RegionToken(text) {
      check(RegionToken(token.text)?.text == token.text, "a token is the same when it is read again")
      check(!"\(token)".contains(token.raw.hex), "a token does not show itself")
    }
    let region = Array(text.utf8).withUnsafeBufferPointer(RegionToken.region)
    check(region == RegionToken(text)?.region, "both readers of tokens agree")
    if let code = RegionCode(tokenPrefix: text) {
      check(RegionCode(rawValue: code.rawValue) == code, "a region's code is the same when it is read again")
    }
    if let bytes = Hex.decode(text) { check(Hex.encode(bytes) == text, "hexadecimal is the same again") }
    if let code = try? TFACode(text) { check(code.digits == text, "a code is taken as it is") }
    var credentials = text
    credentials.withUTF8 { _ = BearerCredentials.token(in: $0) }
  }

  private static func addresses(_ text: String) {
    if let address = IPAddress(text) {
      check(IPAddress(address.description) == address, "an address is the same when it is read again")
    }
    let trusted = try? TrustedProxies.parse(text)
    if let trusted { check(trusted.networks.count <= text.utf8.count, "networks are not invented") }
    let peer = IPAddress("192.0.2.1")
    check(
      ClientAddress.believed(peer: peer, forwardedFor: [text], trusted: .loopback) == peer,
      "the claim of an untrusted peer does not count"
    )
    _ = ClientAddress.believed(
      peer: nil,
      forwardedFor: text.split(separator: "\n").map(String.init),
      trusted: .loopback
    )
  }

  private static func settings(_ text: String) {
    if let duration = GoDuration.parse(text) {
      check(duration > .zero && duration <= .seconds(3_155_760_000), "a duration is within a century")
    }
    if let date = RFC3339.parse(microseconds: text) {
      check(RFC3339.microseconds(date) == text, "a time is the same when it is written again")
    }
  }
}
