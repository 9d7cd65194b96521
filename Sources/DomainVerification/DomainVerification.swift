// DomainVerification: the proof that a tenant controls a domain, by a TXT record in the domain's zone.
//
// Owns: the look-up (c-ares, on one thread that waits for all of them at once), the record that is looked for, and what
// a check changes in a domain's state. It knows no table: the portals keep the rows and ask here for the next state.
//
//   a domain       claimed → PENDING → VERIFIED ⇄ FAILING        (FAILING after three failed checks in a row)
//   a token        valid for 7 days → renewed by the next check, while PENDING; kept for ever afterwards
//   a check        allowed once in 60 minutes, whatever came of the last one
//
// Failure: everything that keeps the record from being seen is one outcome, "look-up failed", with a reason for the
// log: the name or the type does not exist, the servers refuse or fail, no server answers within five seconds. None of
// them proves anything, so none is an error of the server.
//
// Nothing is cached, and each look-up has a channel of its own: an answer is never older than its question, and each
// question leaves from a port of its own, so that a forged answer has to guess port and id (RFC 5452 §9.2). What cannot
// be kept out here is a forger between us and the resolver: `DNS_SERVERS` should be near, or validate DNSSEC.
