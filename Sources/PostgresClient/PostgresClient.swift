// # PostgresClient
//
// PostgreSQL for Swift concurrency, over libpq. This module owns every PostgreSQL socket of the process and the
// one thread that reads them; nothing else in the program calls libpq.
//
// The way of a query: the caller's own thread encodes the parameters and writes the messages, without blocking
// (`Session`); the one `Reactor` thread (epoll) reads the answer and resumes the caller. Calls of libpq that can
// block (look-up of the host's name, the connection's handshake, `PQcancel`) run on `BlockingThreads`. Hence no
// thread of Swift's cooperative pool ever waits for a socket.
//
// - `PostgresPool`: bounded set of sessions. A session is idle, leased to one caller, or a *lane*.
// - A lane is shared: while one batch of look-ups is under way, the look-ups that arrive are collected, and leave
//   together as the next batch with one write and one Sync.
// - `PostgresTransaction`, `PostgresConnection`: a leased (or a dedicated) session.
// - `PostgresListener`: LISTEN/NOTIFY on a session of its own.
//
// States of a session: idle → busy (an exchange is under way) → idle …, → closed. It never leaves closed.
//
// What a failure does:
//
// | what fails                        | the caller sees                | what happens to the session             |
// |-----------------------------------|--------------------------------|-----------------------------------------|
// | a statement                       | `.server` with its SQLSTATE    | stays; a transaction is rolled back     |
// | the server or the network dies    | `.unavailable`, at once        | closed; replaced when it is needed      |
// | … while COMMIT was under way      | `.commitOutcomeUnknown`        | closed                                  |
// | the statement takes too long      | `.statementTimeout`            | stays                                   |
// | the server does not answer at all | `.statementTimeout`            | closed, one second after the time limit |
// | the task is cancelled             | `.cancelled`                   | server told; stays only if it confirms  |
// | no session becomes free in time   | `.poolTimeout`                 | –                                       |
// | a look-up's lane dies             | nothing: repeated once         | closed; replaced                        |
// | a look-up fails in a batch        | only that one sees it          | the ones behind it are sent again       |
