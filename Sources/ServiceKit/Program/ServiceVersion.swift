/// The version of all programs of this source tree (semver.org).
public enum ServiceVersion {
  public static let current = "0.1.0"
}
