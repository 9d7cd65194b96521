// Sagas: operations that write to the global and to a regional database, and end up in both or in neither.
//
// Owns: the journal (`sagas` in every regional database), the order of the steps and what follows each failure. It knows
// no portal: what is written, and how it is undone, each `Saga` declares itself.
//
//   1  regional tx   insert the intent (ids and hashes, never a secret; a deadline)
//   2  global tx     the routing write, refused after the deadline
//   3  regional tx   the full record, and delete the intent, which must delete exactly one row
//
//   failure                         what is certain                 what is done
//   ------------------------------  ------------------------------  ----------------------------------------------
//   at 1                            nothing is written              answer the error
//   at 2, refused by the database   nothing global is written       delete the intent, answer the error
//   at 2, connection lost           nothing                         fence, undo 2, delete the intent, answer the error
//   at 3, refused                   2 is written, 3 is not          fence, undo 2, delete the intent, answer the error
//   at 3, connection lost           2 is written, 3 unknown         fence; no intent left means 3 has committed: success
//   the undo fails or can't be      2 may be written, 3 is not      CONSISTENCY_ALERT, the intent stays for recovery
//     verified
//
// The fence is what makes the undo safe: it waits for a step 3 that is committing, and once it has marked the intent, a
// step 3 that comes late deletes no row and rolls back.
//
// An intent that outlives its deadline means that nobody finished: it is kept until it is recovered.
//
// `SagaMachine` decides, `SagaRunner` carries out.
