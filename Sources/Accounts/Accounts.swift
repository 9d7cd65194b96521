// Accounts: logging in, staying logged in and changing a password, for every kind of account.
//
// Owns: the flows that professionals, employers' and agencies' users and administrators have in common, and the
// throttles in front of them. An `AccountRealm` is one kind of account: its database, its tables (the queries are those
// of db/templates/accounts.sql), its mails, its lifetimes, its format of tokens. The portals keep what differs: fields'
// names, who an address belongs to, how a request gets home, what a session's look-up reads.
//
//   a login        password right → TFA token and mailed code → session → logged out, expired or revoked
//   a TFA token    fresh → up to 4 wrong codes → used (deleted), dead (5 wrong codes), expired or revoked
//   a reset token  mailed → used (deleted), expired or revoked
//   a password     imported (bcrypt) → Argon2id at the first login; changed by its owner or by a reset token, and then
//                  every other way in that exists is revoked with it, in the same transaction
//   a guesser      free → 10 wrong passwords, or codes, in 15 minutes → pauses of 1, 2, 4, 8, 15, 15 … minutes → free
//   an account     free → 30 wrong codes in a day, whoever enters them → pauses of up to an hour → free; a right code
//                  or a new password sets the codes back
//
// Failure: wrong input 400; wrong secret 401 or 403; right password but account not active 422; too often 429 with
// Retry-After; a database or the password hasher out of reach 503 with Retry-After. A write set is one transaction:
// after a failure all of it is there or nothing.
//
// Against each other: every transaction that opens or ends a way into an account locks rows in one order, so that two
// of them wait for each other and never in a circle:
//
//   1. the account's row: by the UPDATE that changes it, by `LockAccount`, or FOR SHARE with the insert of a token
//   2. its rows of tokens, invitations and sessions
//   3. counters of throttles, a client's or sender's before the account's or recipient's
//
// The count of mails to an address that somebody not signed in causes comes before all of it: whoever holds an account
// never waits for that.
//
// Whatever is decided by the status, the password or the address is decided under the first lock, by the statement that
// takes it or by a later one, which sees what was committed meanwhile. So a token or a session is there before the
// account is disabled, and is deleted, or it is refused: nothing survives disabling, a new password or a new address.
