internal import Vocabulary

/// Variables whose names are nearly that of a setting. A service that finds one set logs a warning at start: what it
/// means is not read, and the default holds instead.
public enum MisspelledSettings {
  /// One line per variable that is set, that no service reads, and whose name is a slip away from a setting's. The
  /// other services' settings count as well, since several services are often given one environment.
  public static func warnings(_ environment: [String: String]) -> [String] {
    let retired = RetiredSettings.names(environment)
    return environment.keys.sorted().compactMap { name in
      guard environment[name]?.withoutTrailingWhitespace.isEmpty == false, !retired.contains(name),
        let meant = meant(by: name)
      else { return nil }
      return "\(name) is not read; is \(meant) meant?"
    }
  }

  /// The setting that a name is nearly the name of; nil for a setting's own name and for one that is like none.
  static func meant(by name: String) -> String? {
    let forms = name.hasSuffix("_FILE") ? [name, String(name.dropLast("_FILE".count))] : [name]
    if forms.contains(where: isKnown) { return nil }
    for form in forms {
      let nearest = SettingNames.all.compactMap { setting in
        slips(from: form, to: setting).map { (setting: setting, slips: $0) }
      }.min { $0.slips < $1.slips }
      if let nearest { return nearest.setting.hasSuffix("_") ? nearest.setting + "…" : nearest.setting }
    }
    return nil
  }

  private static func isKnown(_ name: String) -> Bool {
    SettingNames.all.contains { $0.hasSuffix("_") ? name.hasPrefix($0) : name == $0 }
  }

  /// How many slips lead from a setting's name to the given one; nil if they are too many for a slip.
  private static func slips(from name: String, to setting: String) -> Int? {
    // Of `INTERNAL_ENDPOINT_IND1` only what all regions share is compared.
    let end = setting.hasSuffix("_") ? name.lastIndex(of: "_").map(name.index(after:)) : name.endIndex
    let compared = name[..<(end ?? name.endIndex)]
    // Short names are near to too many others.
    let limit = setting.utf8.count < 6 ? 0 : setting.utf8.count < 8 ? 1 : 2
    // Nearly all pairs end here: all of them compared letter by letter made up a third of a service's start.
    guard limit > 0, abs(compared.utf8.count - setting.utf8.count) <= limit else { return nil }
    let count = EditDistance.between(Array(compared.asciiUppercased.utf8), Array(setting.utf8))
    return count <= limit ? count : nil
  }
}

/// The optimal string alignment distance: how many characters must be inserted, left out, replaced, or swapped with
/// their neighbour (Damerau 1964, "A technique for computer detection and correction of spelling errors").
enum EditDistance {
  static func between(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
