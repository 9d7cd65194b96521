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
//   a guesser      free → 10 wrong passwords in 15 minutes → pauses of 1, 2, 4, 8, 15, 15 … minutes → free
//
// Failure: wrong input 400; wrong secret 401 or 403; right password but account not active 422; too often 429 with
// Retry-After; a database or the password hasher out of reach 503 with Retry-After. A write set is one transaction:
// after a failure all of it is there or nothing.
//
// Against each other: whoever verified a password that changes meanwhile gets nowhere, since tokens are only inserted
// while the verified hash is still the stored one, under a lock on the account; whoever changes it deletes sessions
// last, so that a session made in the last moment is deleted too.
