public import HTTP1
public import Vocabulary

/// Where clients reach each region's servers directly, and none of another one: the setting `PUBLIC_URLS`.
public enum PublicURLs {
  /// The field of responses that names the home region's URL.
  public static let fieldName = "Vetchium-Home"

  /// Reads `ind1=https://ind1.example.com,deu1=https://deu1.example.com`.
  /// - Returns: nil for a text of another form, or if a region is named twice.
  public static func parse(_ text: String) -> [RegionCode: HTTPEndpoint]? {
    var urls: [RegionCode: HTTPEndpoint] = [:]
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let item = String(item.filter { !$0.isWhitespace })
      guard let equals = item.firstIndex(of: "="), let region = RegionCode(rawValue: String(item[..<equals])),
        let url = try? HTTPEndpoint(String(item[item.index(after: equals)...])), urls[region] == nil
      else { return nil }
      urls[region] = url
    }
    return urls
  }
}
