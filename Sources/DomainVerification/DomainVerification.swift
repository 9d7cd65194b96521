// DomainVerification: the proof that a tenant controls a domain, by a TXT record in the domain's zone.
//
// Owns: the look-up (c-ares, on one thread that waits for all of them at once), the record that is looked for, and what
// a check changes in a domain's state. It knows no table: the portals keep the rows and ask here for the next state.
//
//   a domain       claimed → PENDING → VERIFIED ⇄ FAILING        (FAILING after three failed checks in a row)
//   a token        valid for 7 days → renewed by the next check, while PENDING; kept for ever afterwards
//   a check        allowed once in 60 minutes, whatever came of the last one
//
// Failure: a name without TXT records, records without the token, and a name that our servers cannot look up within
// five seconds are failures of the check. If our name servers do not answer at all, which a question about the root of
// the DNS tells, nothing is known about the domain: no failure is counted and no pause begins.
//
// Nothing is cached, and each look-up has a channel of its own: an answer is never older than its question, and each
// question leaves from a port of its own, so that a forged answer has to guess port and id (RFC 5452 §9.2). What cannot
// be kept out here is a forger between us and the resolver: `DNS_SERVERS` should be near, or validate DNSSEC.
