public import Vocabulary

/// The keys that are the same for every region's API servers, and for the commands that work on what they wrote.
public enum KeySettings {
  /// The keys of `EMAIL_HASH_KEYS`.
  public static let emailHashKeys = Setting(
    "EMAIL_HASH_KEYS",
    .emailHashKeys,
    default: .plain,
    text: "",
    "hash addresses in the global database; newest first, the same everywhere; else a dictionary opens the hashes"
  )

  /// The keys of `SIGNUP_TOKEN_KEYS`.
  public static let signupTokenKeys = Setting(
    "SIGNUP_TOKEN_KEYS",
    .signupTokenKeys,
    default: .unsealed,
    text: "",
    "seal sign-up tokens; newest first, the same everywhere; else a stolen region signs anybody up in others"
  )
}

extension SettingType where Value == SignupTokenSealer {
  static let signupTokenKeys = SettingType(
    "keys of 32 bytes or more in base64, separated by commas",
    problem: { text in
      do throws(SignupTokenKeysError) {
        _ = try SignupTokenSealer.parse(text)
        return nil
      } catch {
        return "cannot be read: \(error)"
      }
    },
    parse: { try? SignupTokenSealer.parse($0) }
  )
}

extension SettingType where Value == AddressHasher {
  static let emailHashKeys = SettingType(
    "a version and a key of 32 bytes or more in base64, such as 1:<key>, separated by commas",
    problem: { text in
      do throws(AddressHashKeysError) {
        _ = try AddressHasher.parse(text)
        return nil
      } catch {
        return "cannot be read: \(error)"
      }
    },
    parse: { try? AddressHasher.parse($0) }
  )
}
