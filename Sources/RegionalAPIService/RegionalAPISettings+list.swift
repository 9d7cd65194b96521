import RegionRouting
import ServiceKit
import Vocabulary

// Every variable of the service that is not in CommonSettings or HubSettings.
extension RegionalAPISettings {
  static let environmentLabel = Setting(
    "ENV",
    .environmentLabel,
    default: "prod",
    text: "prod",
    "a label for logs; only the switches for tests ask for it"
  )
  static let forwardingKeys = RoutingSettings.forwardingKeys(
    "signs forwarded requests; newest key first; needed as soon as there is a second region"
  )
}

extension SettingType where Value == String {
  static let environmentLabel = SettingType("prod, ci, full or dev") { text in
    let label = text.lowercased()
    return ["prod", "ci", "full", "dev"].contains(label) ? label : nil
  }
}
