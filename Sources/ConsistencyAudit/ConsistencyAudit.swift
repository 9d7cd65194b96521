// ConsistencyAudit: whether the global database and a region agree about who exists.
//
// Owns: what must agree, how differences are found in constant memory, which of them are real, and which can be
// repaired. It reads with the owner's rights on both databases, which no service has.
//
//   for each subject (hub users; tenants, their users and domains, of both portals)
//     page by page, both sides in the order of the key  → merge join → candidates
//     every 500 candidates, and at the end              → seen again?  → findings
//   overdue sagas                                       → findings
//
// The databases are read at different moments while the platform runs, and a saga that is under way has written one and
// not yet the other. So a difference is only a candidate. It becomes a finding when it looks exactly the same after
// every saga that was under way has ended or become overdue, twice.
//
// Memory: two pages of 5,000 rows and at most 500 candidates, however many rows there are.
//
//   failure                                  what happens
//   ---------------------------------------  --------------------------------------------------------------------------
//   a database is out of reach or slow       the audit ends with the error; nothing was changed that was not reported
//   a repair is refused (address taken, …)   the finding stays a finding
//   two audits repair at once                each repair is one conditional statement; the second one changes nothing
//
// What is repaired has exactly one right value (`AuditRepair`). A user's data is never deleted.
