internal import CLibPQ

/// A `PGconn`: the calls of libpq that a connection needs, none of which blocks.
///
/// It is Sendable because it has one user at a time: the thread that connects, until it hands it to a
/// `PipelinedConnection`; from then on the thread that holds that connection's lock. libpq asks for no more (manual,
/// "Behavior in Threaded Programs").
final class LibPQConnection: @unchecked Sendable {
  private let pointer: OpaquePointer

  /// Takes over a connection that `PQconnectdbParams` made.
  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfinish(pointer) }

  var isBroken: Bool { PQstatus(pointer) == CONNECTION_BAD }
  var errorMessage: String { PQerrorMessage(pointer).map { String(cString: $0) } ?? "" }
  /// The socket's file descriptor; nil once libpq has closed it.
  var socket: Int32? {
    let socket = PQsocket(pointer)
    return socket < 0 ? nil : socket
  }
  var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }
  var isInFailedTransaction: Bool { PQtransactionStatus(pointer) == PQTRANS_INERROR }
  var backendProcessID: Int32 { PQbackendPID(pointer) }

  /// Computes what PostgreSQL stores instead of this password, for SCRAM-SHA-256 (RFC 5803, RFC 7677).
  ///
  /// The algorithm is named, since libpq would otherwise ask the server for it and wait for the reply.
  ///
  /// - Returns: nil if libpq cannot compute it.
  func encrypt(password: String, user: String) -> String? {
    guard let encrypted = PQencryptPasswordConn(pointer, password, user, "scram-sha-256") else { return nil }
    defer { PQfreemem(encrypted) }
    return String(cString: encrypted)
  }

  /// Makes what `PQcancel` needs; it can be used from any thread.
  func makeCancelRequest() -> CancelRequest? { PQgetCancel(pointer).map(CancelRequest.init(owning:)) }

  /// Says why the attempt to connect that has just ended failed; nil if it did not.
  ///
  /// It blocks: where the server refused in its own words, which are in its own language, the attempt is made again to
  /// be told the SQLSTATE, which libpq keeps to itself unless it is asked for before. If that attempt succeeds, the
  /// connection is one like any other.
  func failureToConnect() -> PostgresError? {
    guard isBroken else { return nil }
    let words = errorMessage
    if let reason = OutageReason(libpq: words) {
      // Of a password with a slash libpq takes what is behind it for the port, and says so.
      return .unavailable(libpq: words.contains("connection option") ? "" : words, reason)
    }
    PQsetErrorVerbosity(pointer, PQERRORS_SQLSTATE)
    PQreset(pointer)
    guard isBroken else {
      PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
      return nil
    }
    let reason = OutageReason(libpq: errorMessage) ?? OutageReason("the server refused the connection")
    return .unavailable(libpq: words, reason)
  }

  // MARK: Sending

  /// Changes the mode, which is possible only while nothing is in flight. Returns whether it worked.
  func setPipelineMode(_ isOn: Bool) -> Bool {
    (isOn ? PQenterPipelineMode(pointer) : PQexitPipelineMode(pointer)) == 1
  }

  func sendScript(_ sql: String) -> Bool { PQsendQuery(pointer, sql) == 1 }

  func sendPrepare(_ query: PostgresQuery) -> Bool {
    let cells = query.parameters.cells
    return withUnsafeTemporaryAllocation(of: Oid.self, capacity: max(1, cells.count)) { types in
      for (index, cell) in cells.enumerated() { types.initializeElement(at: index, to: cell.type.rawValue) }
      let (name, sql) = (query.statement.name, query.statement.sql)
      return PQsendPrepare(pointer, name, sql, Int32(cells.count), types.baseAddress) == 1
    }
  }

  /// Sends the query.
  /// - Parameter name: the prepared statement; empty to send the statement's text with it.
  func send(_ query: PostgresQuery, prepared name: String) -> Bool {
    let cells = query.parameters.cells
    let count = Int32(cells.count)
    let binary = PostgresFormat.binary.rawValue
    return query.parameters.withPointers { values, lengths, formats in
      if !name.isEmpty {
        return PQsendQueryPrepared(pointer, name, count, values, lengths, formats, binary)
          == 1
      }
      return withUnsafeTemporaryAllocation(of: Oid.self, capacity: max(1, cells.count)) { types in
        for (index, cell) in cells.enumerated() { types.initializeElement(at: index, to: cell.type.rawValue) }
        let sql = query.statement.sql
        return PQsendQueryParams(pointer, sql, count, types.baseAddress, values, lengths, formats, binary)
          == 1
      }
    }
  }

  func sendSync() -> Bool { PQpipelineSync(pointer) == 1 }

  enum Flushing { case done, blocked, failed }

  func flush() -> Flushing {
    switch PQflush(pointer) {
    case 0: .done
    case 1: .blocked
    default: .failed
    }
  }

  // MARK: Receiving

  /// Reads what the socket has; false when the connection is lost.
  func consumeInput() -> Bool { PQconsumeInput(pointer) == 1 }

  enum Reply {
    /// The rest is still to come.
    case pending
    case success(PostgresResult)
    case failure(PostgresError)
    /// Not run, because something before it in the pipeline failed.
    case skipped
    case sync
    case endOfStep
    /// COPY, which this module does not speak.
    case unsupported
  }

  func nextReply() -> Reply {
    if PQisBusy(pointer) == 1 { return .pending }
    guard let result = PQgetResult(pointer) else { return .endOfStep }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      return .success(PostgresResult(owning: result))
    case PGRES_PIPELINE_SYNC:
      PQclear(result)
      return .sync
    case PGRES_PIPELINE_ABORTED:
      PQclear(result)
      return .skipped
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      PQclear(result)
      return .unsupported
    default:
      defer { PQclear(result) }
      return .failure(PostgresError(result: result))
    }
  }

  func nextNotification() -> PostgresNotification? {
    guard let notify = PQnotifies(pointer) else { return nil }
    defer { PQfreemem(notify) }
    let payload = notify.pointee.extra.map { String(cString: $0) } ?? ""
    return PostgresNotification(channel: String(cString: notify.pointee.relname), payload: payload)
  }
}

extension PostgresParameters {
  /// The values as libpq takes them, valid only during the call.
  func withPointers<Result>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    guard !cells.isEmpty else { return body(nil, nil, nil) }
    return buffer.bytes.withUnsafeBufferPointer { bytes in
      // A value without bytes must not look like NULL, hence an address even when the buffer is empty.
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: cells.count) { values in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: cells.count * 2) { numbers in
          let start = UnsafeRawPointer(bytes.baseAddress) ?? UnsafeRawPointer(numbers.baseAddress)
          for (index, cell) in cells.enumerated() {
            let address = cell.length < 0 ? nil : start?.advanced(by: cell.offset)
            values.initializeElement(at: index, to: address?.assumingMemoryBound(to: CChar.self))
            numbers.initializeElement(at: index, to: max(0, cell.length))
            numbers.initializeElement(at: cells.count + index, to: cell.format.rawValue)
          }
          let lengths = numbers.baseAddress.map { UnsafePointer($0) }
          return body(values.baseAddress, lengths, lengths?.advanced(by: cells.count))
        }
      }
    }
  }
}

/// A `PGcancel`: asks the server to stop what a connection is doing.
///
/// It is Sendable because libpq says so: a `PGcancel` may be used from any thread (manual, "Canceling Queries in
/// Progress"); it is not changed after its creation.
final class CancelRequest: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfreeCancel(pointer) }

  /// Blocks until the server has passed the signal on.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    PQcancel(pointer, &message, Int32(message.count))
  }
}
