/// Names the settings had in earlier plans. A service that finds one set says so once: a setting that is silently ignored
/// costs an operator a night.
public enum RetiredSettings {
  /// One line per variable that is set but no longer read.
  public static func warnings(_ environment: [String: String]) -> [String] {
    environment.keys.sorted().compactMap { name in
      replacement(of: name).map { "\(name) is not read; \($0)" }
    }
  }

  private static func replacement(of name: String) -> String? {
    if name.hasSuffix("_CLEANUP_INTERVAL") {
      let stem = name.dropLast("_CLEANUP_INTERVAL".count)
      // HUB_TFA_TOKEN_CLEANUP_INTERVAL and HUB_SESSION_CLEANUP_INTERVAL became plural with the verb in front.
      return "use CLEANUP_\(stem.hasSuffix("S") ? stem : stem + "S")_INTERVAL"
    }
    if name.hasPrefix("REGIONAL_DB_"), name.hasSuffix("_CONN"), name != "REGIONAL_DB_CONN" {
      return "use REGIONAL_DB_CONN: a service connects to the database of its own region only"
    }
    return name == "EMAIL_WORKER_ENABLED"
      ? "mail is delivered by the worker and the global service, always" : nil
  }
}
