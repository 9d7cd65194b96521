extension SettingsReader {
  /// Checks a setting of a part that this version does not have. A deployment's environment is judged whole, so that a
  /// typing mistake shows now and not with the upgrade; that the setting has no effect yet is logged when it is set.
  public mutating func check<Value>(notYetUsed setting: Setting<Value>) {
    _ = read(setting)
    if isSet(setting.name) { withoutEffect.append(setting.name) }
  }

  public mutating func checkDurations(notYetUsed settings: [(name: String, default: String, purpose: String)])
  {
    for setting in settings {
      check(
        notYetUsed: Setting(
          setting.name,
          .duration,
          default: .zero,
          text: setting.default,
          setting.purpose + " (no effect yet)"
        )
      )
    }
  }
}
