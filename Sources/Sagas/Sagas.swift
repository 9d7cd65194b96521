// Sagas: operations that write to the global and to a regional database, and end up in both or in neither.
//
// Owns: the journal (`sagas` in every regional database), the order of the steps, what follows each failure, and
// recovery. Its engine knows no operation: what is written and how that is verified, each `Saga` declares in its
// portal; how it is undone, a `SagaUndo` in `Undos/`, since recovery and the audit undo sagas where no portal runs.
//
//   1  regional tx   insert the intent (ids and hashes, never a secret; a deadline)
//   2  global tx     lock the saga, ask the journal, the routing write
//   3  regional tx   the full record, and delete the intent, which must delete exactly one row
//   U  the undo, by this process or another:
//      fence         regional: mark the intent and count the mark; waits for a step 3 that is committing
//      undo          global tx: lock the saga, ask the journal, take the routing write back, verify
//      delete        regional: delete the intent, if the last mark is this process's
//
// A retraction takes an entity back that a saga has made: step 1 deletes the region's record together with the intent,
// and U follows at once. There is no step 2 or 3: after step 1 it goes forward only, by this process or by recovery.
//
//   failure                         what is certain                 what is done
//   ------------------------------  ------------------------------  ----------------------------------------------
//   at 1                            nothing is written              answer the error
//   at 2, before COMMIT             nothing global is written       delete the intent, answer the error
//   at 2, COMMIT unanswered         nothing                         U, answer the error
//   at 3, before COMMIT             2 is written, 3 is not          U, answer the error
//   at 3, COMMIT unanswered         2 is written, 3 unknown         U; no intent to fence: look whether 3 is there
//   the process dies anywhere       the intent tells                the deadline passes, recovery does U
//   the fence or the undo fails     2 may be written, 3 is not      CONSISTENCY_ALERT; the intent stays, with the error
//   the undo finds nothing of a 2   3 is not written                the same: somebody else has been at its rows; the
//   that has certainly committed                                    next recovery finds it undone
//
// Why two databases without a common transaction cannot be fooled by a process that is slow, frozen or twice there:
//
// - The journal row is the only authority and its database's clock the only clock. No process measures the deadline.
// - The fence and step 3 want the same row. A step 3 that comes after the fence finds no pending row and rolls back;
//   a fence that comes after step 3 finds no row at all.
// - A step that changes the global database first takes the saga's lock there (a row of `saga_locks`, until the end
//   of the transaction) and *then* asks the journal: step 2 whether the intent is unmarked and in time, an undo
//   whether the last mark is its own. A step 2 that has asked in time holds the lock, so the undo, which begins after
//   the fence, waits for its end, however long ago it asked; a step 2 that asks after the fence is refused. So COMMIT
//   may come as late as it likes.
// - If two processes undo, the one that has marked last goes on; the other is refused when it asks, or has asked
//   before and is waited for. Only the last mark may delete the intent. So no undo runs after the intent is gone,
//   when a new attempt may have begun.
// - No process is waited for without end: PostgreSQL ends a transaction that idles for three seconds in the middle,
//   both where it holds the saga's lock (LockSaga) and between deleting the intent and COMMIT in step 3 (FinishSaga),
//   and a statement runs for at most the pool's time limit. A fence or an undo that waits longer fails and is tried
//   again.
// - An exclusive saga has at most one open intent for its subject, a unique index sees to that: the undo of a change
//   of address never meets the write of a second attempt.
//
// What remains: a global write that is committed but not yet undone is visible for as long as the deadline and
// recovery take. If another user takes meanwhile what the undo must give back (an address that seems free), the undo
// fails for good, and an operator decides.
//
// `SagaMachine` decides, `SagaRun` and `SagaRecovery` carry out.
