import CAres

/// Reads the records of an answer.
enum TXTAnswer {
  static func read(_ bytes: UnsafePointer<UInt8>, _ length: Int32) -> TXTOutcome {
    var first: UnsafeMutablePointer<ares_txt_ext>?
    let status = ares_parse_txt_reply_ext(bytes, length, &first)
    defer { if let first { ares_free_data(first) } }
    guard status == ARES_SUCCESS else { return .failure(TXTLookupError(status: status)) }
    var records: [[UInt8]] = []
    var next = first
    while let string = next?.pointee {
      let text = UnsafeBufferPointer(start: string.txt, count: string.length)
      if string.record_start != 0 || records.isEmpty { records.append([]) }
      records[records.count - 1] += text
      next = string.next
    }
    return .success(records.map { String(decoding: $0, as: UTF8.self) })
  }
}

extension TXTLookupError {
  /// - Parameter status: one of c-ares's codes, but not success.
  init(status: Int32) {
    self =
      switch status {
      case ARES_ENOTFOUND: .noSuchName
      case ARES_ENODATA: .noRecord
      case ARES_ESERVFAIL, ARES_EREFUSED, ARES_ENOTIMP, ARES_ECONNREFUSED: .serverFailed
      case ARES_EFORMERR, ARES_EBADRESP: .malformedAnswer
      case ARES_ETIMEOUT: .timedOut
      case ARES_EBADNAME: .invalidName
      default: .unreachable
      }
  }
}
