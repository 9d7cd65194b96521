import FoundationEssentials

/// How a cursor travels: base64 of UTF-8 text, which clients pass on without looking into it.
public enum CursorText {
  /// In the alphabet for URLs (RFC 4648 §5), padded.
  public static func encode(_ text: String) -> String {
    Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
  }

  /// Takes both alphabets, with or without padding; nil when it is neither or holds no UTF-8.
  public static func decode(_ cursor: String) -> String? {
    var base64 = cursor.replacing("-", with: "+").replacing("_", with: "/")
    while base64.last == "=" { base64.removeLast() }
    base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    return Data(base64Encoded: base64).flatMap { String(validating: $0, as: UTF8.self) }
  }
}

/// What a page's last row is called in the order of the list, so that the next page can start behind it.
public protocol PageCursor: Sendable {
  /// Nil when the text is not of this cursor's form.
  init?(text: String)
  var text: String { get }
}

extension PageCursor {
  /// As the client gets it.
  public var encoded: String { CursorText.encode(text) }
}
