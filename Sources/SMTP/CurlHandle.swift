import CCurl
import Glibc
import SystemPrimitives

/// A libcurl handle, with typed setters and getters. It must not be used by two threads at once.
final class CurlHandle {
  /// Safe to call from several threads by the guarantees of libcurl 7.84 and of Swift's lazy globals.
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let handle: UnsafeMutableRawPointer
  /// libcurl writes the reason of a failure here.
  private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init() throws(SMTPError) {
    reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    guard Self.isLibraryReady, let handle = curl_easy_init() else {
      reason.deallocate()
      throw SMTPError("libcurl cannot start")
    }
    self.handle = handle
    try set(CURLOPT_ERRORBUFFER, reason)
  }

  /// Closes the connection, with QUIT if it still works.
  deinit {
    curl_easy_cleanup(handle)
    reason.deallocate()
  }

  /// Blocks until libcurl is done.
  func perform() -> CURLcode {
    reason.pointee = 0
    return curl_easy_perform(handle)
  }

  /// What libcurl says about the last failure, with names and numbers; its general words for the code if it says none.
  func reason(of code: CURLcode) -> String {
    reason.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: reason)
  }

  /// Whether the last `perform` went over a connection that was there before.
  var hasReusedConnection: Bool {
    var connects = 0
    return vetchium_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &connects) == CURLE_OK && connects == 0
  }

  /// Ends the connection without a word, if there is one: libcurl would send QUIT and wait for minutes for the reply of
  /// a server that still owes another one.
  func hangUp() {
    var socket = CURL_SOCKET_BAD
    guard vetchium_curl_get_socket(handle, &socket) == CURLE_OK, socket != CURL_SOCKET_BAD else { return }
    shutdown(socket, Int32(SHUT_RDWR))
  }

  /// The server's own certificate as `Field:value`, one for each of its fields; empty without `CURLOPT_CERTINFO`.
  var certificateFields: [String] {
    var certificates: UnsafeMutablePointer<curl_certinfo>?
    guard vetchium_curl_get_certificates(handle, &certificates) == CURLE_OK, let certificates,
      certificates.pointee.num_of_certs > 0
    else { return [] }
    var fields: [String] = []
    var field = certificates.pointee.certinfo[0]
    while let present = field {
      if let text = present.pointee.data { fields.append(String(cString: text)) }
      field = present.pointee.next
    }
    return fields
  }

  func set(_ option: CURLoption, _ value: Int) throws(SMTPError) {
    try check(vetchium_curl_set_long(handle, option, value))
  }

  /// Sets a limit in milliseconds, at least one: libcurl takes zero for "no limit".
  func set(_ option: CURLoption, _ limit: Duration) throws(SMTPError) {
    try set(option, max(1, Int(limit.milliseconds)))
  }

  func set(_ option: CURLoption, _ value: String) throws(SMTPError) {
    try check(vetchium_curl_set_string(handle, option, value))
  }

  /// Sets a pointer, which must outlive the next `perform`.
  func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(SMTPError) {
    try check(vetchium_curl_set_pointer(handle, option, value))
  }

  func set(_ option: CURLoption, size: Int) throws(SMTPError) {
    try check(vetchium_curl_set_offset(handle, option, curl_off_t(size)))
  }

  func set(_ option: CURLoption, _ callback: @escaping vetchium_curl_data_callback) throws(SMTPError) {
    try check(vetchium_curl_set_data_callback(handle, option, callback))
  }

  func setProgress(_ callback: @escaping curl_xferinfo_callback) throws(SMTPError) {
    try set(CURLOPT_NOPROGRESS, 0)
    try check(vetchium_curl_set_progress_callback(handle, callback))
  }

  private func check(_ code: CURLcode) throws(SMTPError) {
    guard code == CURLE_OK else {
      throw SMTPError("libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
    }
  }
}
