package import RegionRouting
import Vocabulary

/// The keys of a stack's services, in base64, by region: in the local stack, too, no region's keys speak for another.
package struct StackKeys: Sendable {
  /// What each region's API servers sign hops with.
  package var forwarding: [String: String]
  /// What each region's worker signs its requests with.
  package var workers: [String: String]

  /// What chooses the region that answers for addresses nobody has.
  package var standIn: String?

  package static let none = StackKeys(regions: []) { _ in "" }

  /// - Parameter key: makes a key, or finds the one of this name that was made before
  package init(regions: [String], key: (_ name: String) throws -> String) rethrows {
    forwarding = [:]
    workers = [:]
    standIn = regions.isEmpty ? nil : try key("stand-in-key")
    for region in regions {
      forwarding[region] = try key("forwarding-key-\(region)")
      workers[region] = try key("worker-key-\(region)")
    }
  }

  /// The keys with which a region signs hops.
  package func signing(_ region: String) throws -> HopKeys { try HopKeys.parse(forwarding[region] ?? "") }

  /// The setting `FORWARDING_VERIFIERS` of a region: how it knows all others.
  func verifiers(for region: String) throws -> String {
    guard let recipient = RegionCode(rawValue: region) else { return "" }
    return try forwarding.keys.sorted().filter { $0 != region }.compactMap { name in
      try RegionCode(rawValue: name).map { try signing(name).verifiers(from: $0, for: recipient) }
    }.joined(separator: ",")
  }
}
