import FoundationEssentials
import GlobalDatabase
import RegionRouting
import ServiceKit
import Vocabulary

extension HubPortal {
  /// Finds the home of an address's account: the global database knows the region by the address's hash. An unknown address
  /// is answered where it landed, as nil.
  func accountHome<Input>(
    _ email: @escaping @Sendable (Input) -> EmailAddress
  ) -> HomeRule<Input, UUID?> {
    HomeRule(.email) { [globalQueries] input, _ in
      let row = try await globalQueries.findHubUserRouting(emailAddressHash: email(input).hash)
      guard let row, let region = RegionCode(rawValue: row.homeRegion) else { return .here(nil) }
      return .region(region, row.hubUserGlobalID)
    }
  }
}
