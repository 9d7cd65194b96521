import CCurl

/// A connection to the server, which libcurl keeps from one mail to the next. It must not be used by two threads at
/// once.
final class CurlSMTPSession {
  /// The time for QUIT beyond the dialogue's limit: the database ends a claim 45 s after it began.
  static let quitTimeout = Duration.seconds(2)

  private let curl: CurlHandle
  private let settings: SMTPSettings

  init(_ settings: SMTPSettings) throws(SMTPError) {
    curl = try CurlHandle()
    self.settings = settings
    try curl.configure(for: settings)
    try setUpDialogues()
  }

  /// Blocks until the server has accepted the message. After a failure that says so, the session is of no more use.
  func send(
    _ message: MailMessage,
    abort: AbortFlag,
    until end: ContinuousClock.Instant
  ) throws(DialogueFailure) {
    let dialogue = SMTPDialogue(message.rendered(), abort: abort, end: end)
    if dialogue.isAborted { throw DialogueFailure(error: .aborted, leavesSession: true) }
    let code: CURLcode
    do throws(SMTPError) {
      code = try perform(dialogue, message, until: end)
    } catch {
      throw DialogueFailure(error: error)
    }
    guard code != CURLE_OK else { return }
    let refusal = dialogue.isAborted ? nil : dialogue.refusal
    if refusal == nil { curl.hangUp() }
    throw DialogueFailure(
      error: dialogue.isAborted ? .aborted : error(code, refusal),
      leavesSession: refusal != nil,
      isOfIdleConnection: !dialogue.isAborted && !dialogue.isHandedOver && curl.hasReusedConnection
        && (refusal.map { $0.code == SMTPDialogue.closing } ?? Self.isClose(code))
    )
  }

  private func perform(
    _ dialogue: SMTPDialogue,
    _ message: MailMessage,
    until end: ContinuousClock.Instant
  ) throws(SMTPError) -> CURLcode {
    let context = Unmanaged.passUnretained(dialogue).toOpaque()
    guard let recipients = curl_slist_append(nil, "<\(message.recipient)>") else {
      throw SMTPError("out of memory")
    }
    defer {
      try? curl.set(CURLOPT_MAIL_RCPT, nil)
      curl_slist_free_all(recipients)
    }
    try curl.set(CURLOPT_TIMEOUT_MS, ContinuousClock.now.duration(to: end))
    try curl.set(CURLOPT_MAIL_FROM, "<\(message.sender.address)>")
    try curl.set(CURLOPT_MAIL_RCPT, recipients)
    try curl.set(CURLOPT_INFILESIZE_LARGE, size: dialogue.size)
    for option in [CURLOPT_READDATA, CURLOPT_HEADERDATA, CURLOPT_XFERINFODATA] {
      try curl.set(option, context)
    }
    return withExtendedLifetime(dialogue) { curl.perform() }
  }

  /// Returns whether libcurl's code means that the server closed the connection. A limit that passed has another one.
  private static func isClose(_ code: CURLcode) -> Bool {
    [CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING].contains(code)
  }

  private func error(_ code: CURLcode, _ refusal: (code: Int, text: String)?) -> SMTPError {
    if let refusal {
      return SMTPError(
        "\(String(cString: curl_easy_strerror(code))) (SMTP reply \(refusal.code))",
        replyCode: refusal.code,
        // A server that refuses a login may repeat the credentials.
        reply: code == CURLE_LOGIN_DENIED ? "" : refusal.text
      )
    }
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
      return SMTPError(CertificateProblem.description(reason: curl.reason(of: code), settings))
    // Words about the way to the server have neither addresses of people nor credentials.
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR:
      return SMTPError(curl.reason(of: code))
    case CURLE_USE_SSL_FAILED:
      return SMTPError("the server offers no STARTTLS, which SMTP_TLS or the credentials require")
    case CURLE_OPERATION_TIMEDOUT:
      // A server that waits for TLS from the first byte says nothing, and neither does one behind a firewall.
      return SMTPError(
        "\(String(cString: curl_easy_strerror(code))) with \(settings.host):\(settings.port) "
          + "(SMTP_HOST, SMTP_PORT; SMTP_TLS=\(settings.tls.rawValue))"
      )
    default:
      return SMTPError(String(cString: curl_easy_strerror(code)))
    }
  }

  private func setUpDialogues() throws(SMTPError) {
    try curl.set(CURLOPT_UPLOAD, 1)
    // Servers disconnect idle clients after some minutes; an older connection (seconds) is not used again.
    try curl.set(CURLOPT_MAXAGE_CONN, 60)
    if let credentials = settings.credentials {
      try curl.set(CURLOPT_USERNAME, credentials.username)
      try curl.set(CURLOPT_PASSWORD, credentials.password)
      try curl.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
    }
    try curl.set(CURLOPT_READFUNCTION, readMessage)
    try curl.set(CURLOPT_HEADERFUNCTION, receiveReply)
    try curl.set(CURLOPT_WRITEFUNCTION, discard)
    try curl.setProgress(shouldAbort)
  }
}

/// The failure of a dialogue, and what it says about the connection.
struct DialogueFailure: Error {
  let error: SMTPError
  /// False if the server may still send a reply to this dialogue: the next one would take it for its own.
  var leavesSession = false
  /// True if the server had ended the connection before it had the message (RFC 5321 §3.8), as it may end any that was
  /// idle: the failure says nothing about the mail.
  var isOfIdleConnection = false
}

extension CurlHandle {
  /// Sets what every connection to the server has in common.
  func configure(for settings: SMTPSettings) throws(SMTPError) {
    try set(CURLOPT_URL, settings.url)
    try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    // Proxies named in the environment are meant for other traffic.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout)
    try set(CURLOPT_USE_SSL, Int(Self.level(settings.effectiveTLS).rawValue))
    if !settings.verifiesCertificate {
      try set(CURLOPT_SSL_VERIFYPEER, 0)
      try set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let authorities = settings.certificateAuthorities { try set(CURLOPT_CAINFO, authorities) }
  }

  private static func level(_ tls: SMTPSettings.TLS) -> curl_usessl {
    switch tls {
    case .none: CURLUSESSL_NONE
    case .opportunistic: CURLUSESSL_TRY
    case .starttls, .tls: CURLUSESSL_ALL
    }
  }
}

// libcurl's callbacks; `context` is the dialogue, which `perform` keeps alive.

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
