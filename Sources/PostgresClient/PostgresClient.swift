// # PostgresClient
//
// PostgreSQL for Swift concurrency, over libpq. This module owns every PostgreSQL socket of the process and the
// one thread that reads them; nothing else in the program calls libpq.
//
// A query's path: the caller's own thread encodes the parameters and writes the messages, without blocking
// (`PipelinedConnection`); the one `Reactor` thread (epoll) reads the reply and resumes the caller. Calls of libpq that
// can block (look-up of the host's name, the connection's handshake, `PQcancel`) run on `BlockingThreads`. Hence no
// thread of Swift's cooperative pool ever waits for a socket.
//
// - `PostgresPool`: a bounded set of connections. Each is idle, leased to one caller, or shared.
// - `SharedConnection`: serves the look-ups of all callers. While one batch of look-ups is in flight, the look-ups that
//   arrive are collected, and leave together as the next batch with one write and one Sync.
// - `PostgresTransaction`, `PostgresConnection`: a leased connection, or one outside of any pool.
// - `PostgresListener`: LISTEN/NOTIFY on a connection of its own.
//
// States of a connection: idle → busy (a batch is in flight) → idle …, → closed. It never leaves closed.
//
// What a failure does:
//
// | what fails                        | the caller sees                | what happens to the connection          |
// |-----------------------------------|--------------------------------|-----------------------------------------|
// | a statement                       | `.server` with its SQLSTATE    | stays; a transaction is rolled back     |
// | the server or the network dies    | `.unavailable`, at once        | closed; replaced when it is needed      |
// | … while COMMIT was in flight      | `.commitOutcomeUnknown`        | closed                                  |
// | the statement takes too long      | `.statementTimeout`            | stays                                   |
// | the server does not reply at all  | `.statementTimeout`            | closed, one second after the time limit |
// | the task is cancelled             | `.cancelled`                   | server told; stays only if it confirms  |
// | no connection is free in time     | `.poolTimeout`                 | –                                       |
// | a look-up's connection dies       | nothing: repeated once         | closed; replaced                        |
// | the session takes no writes       | `.server`, `isUnavailable`     | closed, and so are all unused ones      |
// | tables changed, statement is gone | `.server`, `isUnavailable`     | closed; a look-up is repeated once      |
// | it is another's, or its schema is | `.unavailable`, `isRefusal`    | refused (`PostgresAdmission`)           |
// | the server is a standby           | `.unavailable`                 | refused, unless it is welcome           |
// | a look-up fails in a batch        | only that one sees it          | the ones behind it are sent again       |
//
// Every error names its database, and why it cannot be used (`OutageReason`). Connections are closed when they are not
// needed or have reached their greatest age.
//
// A pooler in between (PgBouncer) is noticed when a connection is opened: the server's process has another number than
// the one that the pooler made up. From then on nothing is set for the session, which the pooler may hand to others
// after each transaction; settings travel with each transaction instead, in the same round trip. What needs a session
// of its own (LISTEN, advisory locks, migrations) refuses a pooler in transaction mode.
