// PublicDirectory: the public look-ups `/global/*`.
//
// Owns: regions, languages and whether a domain may sign up, read from the global database by the regional server that
// is asked. Nothing is forwarded and nothing is written. Without the global database: 503 with Retry-After.

import API
import GlobalDatabase
import HTTP1
import HTTPTypes
import JSON
import PostgresClient
import RegionRouting
import Vocabulary

struct PublicDirectory: Sendable {
  private let queries: GlobalQueries<PostgresPool>

  init(global: PostgresPool) {
    queries = GlobalQueries(global)
  }

  var routes: [RegionalRoute] {
    [
      .open(.post, "/global/get-regions") { _ in try await regions() },
      .open(.post, "/global/get-supported-languages") { _ in try await languages() },
      .open(.post, "/global/check-domain", CheckDomainInput.self, home: .anywhere) { input, _, _ in
        let isApproved = try await queries.isDomainApproved(domainName: input.domain.name)
        return .json { $0.member("is_approved", isApproved?.isApproved ?? false) }
      },
    ]
  }

  private func regions() async throws -> Response {
    let regions = try await queries.listActiveRegions()
    return .json { json in
      json.member(
        "regions",
        array: { list in
          for region in regions {
            list.object {
              $0.member("region_code", region.regionCode)
              $0.member("region_name", region.regionName)
            }
          }
        }
      )
    }
  }

  private func languages() async throws -> Response {
    let languages = try await queries.listSupportedLanguages()
    return .json { json in
      json.member(
        "languages",
        array: { list in
          for language in languages {
            list.object {
              $0.member("language_code", language.languageCode)
              $0.member("language_name", language.languageName)
              $0.member("native_name", language.nativeName)
              $0.member("is_default", language.isDefault)
            }
          }
        }
      )
    }
  }
}

private struct CheckDomainInput: RequestInput {
  let domain: DomainName

  init?(_ decoder: inout InputDecoder) {
    guard let domain = decoder.required("domain", as: DomainName.self) else { return nil }
    self.domain = domain
  }
}
