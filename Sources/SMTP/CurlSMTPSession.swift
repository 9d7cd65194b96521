import CCurl
import SystemPrimitives

/// A libcurl handle, which keeps the connection to the server from one mail to the next. It must not be used by two
/// threads at once.
final class CurlSMTPSession {
  /// The time for QUIT beyond the dialogue's limit: the database ends a claim 45 s after it began.
  private static let quitTimeout = Duration.seconds(2)

  private let handle: UnsafeMutableRawPointer
  private let limit: Duration

  /// Safe to call from several threads by the guarantees of libcurl 7.84 and of Swift's lazy globals.
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(_ settings: SMTPSettings) throws(SMTPError) {
    guard Self.isLibraryReady, let handle = curl_easy_init() else { throw SMTPError("libcurl cannot start") }
    self.handle = handle
    limit = settings.dialogueTimeout + Self.quitTimeout
    try configure(settings)
  }

  deinit { curl_easy_cleanup(handle) }

  /// Blocks until the server has accepted the message.
  func send(_ message: MailMessage, abort: AbortFlag) throws(SMTPError) {
    let dialogue = SMTPDialogue(message.rendered(), abort: abort, limit: limit)
    if dialogue.isAborted { throw .aborted }
    let context = Unmanaged.passUnretained(dialogue).toOpaque()
    guard let recipients = curl_slist_append(nil, "<\(message.recipient)>") else {
      throw SMTPError("out of memory")
    }
    defer {
      vetchium_curl_set_pointer(handle, CURLOPT_MAIL_RCPT, nil)
      curl_slist_free_all(recipients)
    }
    try set(CURLOPT_MAIL_FROM, "<\(message.sender.address)>")
    try check(vetchium_curl_set_pointer(handle, CURLOPT_MAIL_RCPT, recipients))
    try check(vetchium_curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(dialogue.size)))
    for option in [CURLOPT_READDATA, CURLOPT_HEADERDATA, CURLOPT_XFERINFODATA] {
      try check(vetchium_curl_set_pointer(handle, option, context))
    }
    let code = withExtendedLifetime(dialogue) { curl_easy_perform(handle) }
    guard code != CURLE_OK else { return }
    if dialogue.isAborted { throw .aborted }
    throw Self.failure(code, dialogue.refusal)
  }

  private static func failure(_ code: CURLcode, _ refusal: (code: Int, text: String)?) -> SMTPError {
    let description = String(cString: curl_easy_strerror(code))
    guard let refusal else { return SMTPError(description) }
    return SMTPError(
      "\(description) (SMTP reply \(refusal.code))",
      replyCode: refusal.code,
      // A server that refuses a login may repeat the credentials.
      reply: code == CURLE_LOGIN_DENIED ? "" : refusal.text
    )
  }

  private func configure(_ settings: SMTPSettings) throws(SMTPError) {
    let scheme = settings.effectiveTLS == .tls ? "smtps" : "smtp"
    try set(CURLOPT_URL, "\(scheme)://\(SMTPHost.inURL(settings.host)):\(settings.port)")
    try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    // Proxies named in the environment are meant for other traffic.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_UPLOAD, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout)
    try set(CURLOPT_TIMEOUT_MS, settings.dialogueTimeout)
    // Servers disconnect idle clients after some minutes; an older connection (seconds) is not used again.
    try set(CURLOPT_MAXAGE_CONN, 60)
    try set(CURLOPT_USE_SSL, Int(Self.level(settings.effectiveTLS).rawValue))
    if let authorities = settings.certificateAuthorities { try set(CURLOPT_CAINFO, authorities) }
    if let credentials = settings.credentials {
      try set(CURLOPT_USERNAME, credentials.username)
      try set(CURLOPT_PASSWORD, credentials.password)
      try set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
    }
    try check(vetchium_curl_set_data_callback(handle, CURLOPT_READFUNCTION, readMessage))
    try check(vetchium_curl_set_data_callback(handle, CURLOPT_HEADERFUNCTION, receiveReply))
    try check(vetchium_curl_set_data_callback(handle, CURLOPT_WRITEFUNCTION, discard))
    try set(CURLOPT_NOPROGRESS, 0)
    try check(vetchium_curl_set_progress_callback(handle, shouldAbort))
  }

  private static func level(_ tls: SMTPSettings.TLS) -> curl_usessl {
    switch tls {
    case .none: CURLUSESSL_NONE
    case .opportunistic: CURLUSESSL_TRY
    case .starttls, .tls: CURLUSESSL_ALL
    }
  }

  private func set(_ option: CURLoption, _ value: Int) throws(SMTPError) {
    try check(vetchium_curl_set_long(handle, option, value))
  }

  /// Sets a limit in milliseconds, at least one: libcurl takes zero for "no limit".
  private func set(_ option: CURLoption, _ limit: Duration) throws(SMTPError) {
    try set(option, max(1, Int(limit.milliseconds)))
  }

  private func set(_ option: CURLoption, _ value: String) throws(SMTPError) {
    try check(vetchium_curl_set_string(handle, option, value))
  }

  private func check(_ code: CURLcode) throws(SMTPError) {
    guard code == CURLE_OK else {
      throw SMTPError("libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
    }
  }
}

// libcurl's callbacks; `context` is the dialogue, which `send` keeps alive.

private func dialogue(_ context: UnsafeMutableRawPointer?) -> SMTPDialogue? {
  context.map { Unmanaged<SMTPDialogue>.fromOpaque($0).takeUnretainedValue() }
}

private func readMessage(
  bytes: UnsafeMutablePointer<CChar>?,
  size: Int,
  count: Int,
  context: UnsafeMutableRawPointer?
) -> Int {
  dialogue(context)?.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    ?? Int(CURL_READFUNC_ABORT)
}

private func receiveReply(
  bytes: UnsafeMutablePointer<CChar>?,
  size: Int,
  count: Int,
  context: UnsafeMutableRawPointer?
) -> Int {
  dialogue(context)?.received(UnsafeRawBufferPointer(start: bytes, count: size * count))
  return size * count
}

private func discard(
  bytes: UnsafeMutablePointer<CChar>?,
  size: Int,
  count: Int,
  context: UnsafeMutableRawPointer?
) -> Int { size * count }

/// The progress callback, which libcurl calls at least once a second; a result other than 0 ends the dialogue.
private func shouldAbort(
  context: UnsafeMutableRawPointer?,
  _: curl_off_t,
  _: curl_off_t,
  _: curl_off_t,
  uploaded: curl_off_t
) -> Int32 {
  guard let dialogue = dialogue(context) else { return 0 }
  dialogue.sent(Int(uploaded))
  return dialogue.isAborted || dialogue.isOverdue ? 1 : 0
}
