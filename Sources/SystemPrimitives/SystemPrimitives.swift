// SystemPrimitives: time, threads and addresses, for every module that needs them; the one place for each of them.
//
//   MonotonicTime, Duration    moments and lengths of the monotonic clock, and their conversions
//   Backoff                    pauses between attempts that fail
//   Timestamps                 every form in which a date is written: RFC 3339, HTTP's and a mail's `Date`
//   SystemThread               threads for calls that block
//   IPAddress                  IPv4 and IPv6 addresses
//
// The module knows no service, no protocol and no database. Everything in it is a value or a function, but for
// `Timestamps`, which keeps the text of the current second under a lock.
