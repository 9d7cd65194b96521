import API
import FoundationEssentials
import GlobalDatabase
import RegionRouting
import Vocabulary

extension HubPortal {
  /// Finds the home of an address's account: the global database knows the region by the address's hash. An unknown
  /// address has none, but a region is chosen for it by its hash, always the same: so it takes as long as a known one,
  /// and wrong guesses at it are counted in one place, too. If that region is out of reach it is answered where it
  /// landed.
  func accountHome<Input>(
    _ email: @escaping @Sendable (Input) -> EmailAddress
  ) -> HomeRule<Input, UUID?> {
    HomeRule(.email) { [globalQueries] input, directory in
      let hash = email(input).hash
      let row = try await globalQueries.findHubUserRouting(emailAddressHash: hash)
      guard let row, let region = RegionCode(rawValue: row.homeRegion) else {
        return .preferably(directory.decoyRegion(for: hash), nil)
      }
      return .region(region, row.hubUserGlobalID)
    }
  }
}
