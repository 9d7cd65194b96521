import API
import HTTP1
import HTTPTypes
import Vocabulary

/// Says whether the response to a forwarded request names the home region's public URL, in the field `Vetchium-Home`.
///
/// It tells no more than the client knows by then. Where a request names an address only, as most logins do that fail,
/// nobody may learn from it where somebody lives, or that there is somebody.
enum HomeDisclosure: Sendable, Equatable {
  case never
  /// The request names the region itself: by a token's prefix or in its body.
  case always
  /// A response of this status carries a token whose prefix names the region.
  case onSuccess(HTTPResponse.Status)

  /// The members of responses that are such tokens.
  private static let tokens = ["session_token", "tfa_token"]

  init(_ endpoint: Endpoint) {
    switch endpoint.routing {
    case .session, .bodyToken, .bodyRegion: self = .always
    case .email, .domainAndEmail, .signupRecord:
      let carriesToken = Self.tokens.contains { endpoint.output[$0] != nil }
      self = carriesToken ? .onSuccess(endpoint.status) : .never
    case .anywhere: self = .never
    }
  }

  /// - Parameter status: that of the home region's response
  func permits(_ status: Int) -> Bool {
    switch self {
    case .never: false
    case .always: true
    case .onSuccess(let success): status == success.code
    }
  }
}

/// The fields that a server adds to responses of other regions, encoded in advance.
struct FieldsOfPassedOn: Sendable {
  private let usual: EncodedFields
  private let withHome: [RegionCode: EncodedFields]

  /// - Parameters:
  ///   - via: the server's pseudonym; nil if clients must not learn of the hop (RFC 9110 §7.6.3 leaves it to gateways)
  ///   - publicURLs: where clients reach the regions directly
  init(via: String?, publicURLs: [RegionCode: HTTPEndpoint]) {
    let fields = via.map { [(name: "Via", value: "1.1 \($0)")] } ?? []
    usual = fields.isEmpty ? .none : EncodedFields(fields)
    withHome = publicURLs.mapValues { EncodedFields(fields + [(name: PublicURLs.fieldName, value: $0.url)]) }
  }

  func fields(of home: RegionCode, telling: Bool) -> EncodedFields {
    telling ? withHome[home] ?? usual : usual
  }
}
