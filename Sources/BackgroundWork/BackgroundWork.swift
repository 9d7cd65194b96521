// BackgroundWork: the work that a database needs besides requests, done by exactly one process at a time.
//
//   Leadership/     decides which of several replicas does the work
//   MailDelivery/   sends queued mails
//   Cleanup/        deletes expired rows, some at a time
//   Settings/       the environment variables of the above
//
// # Leadership
//
// The database is the only authority; replicas never talk to each other. One thing in it says who leads, the lease: the
// one row of `background_leadership`, with the term's id and, by the database's clock, the time before which no other
// replica may begin. It is taken by one UPDATE and renewed while the work goes on, on a connection that is used for
// nothing else. It is no lock of a session: an advisory lock is a number that every role of the database can take and
// keep, and none of the roles that only route (`vetchium_api_<region>`) has a right to the row.
//
//     disconnected ──connected──▶ candidate ──lease has run out──▶ leading ──renewed──┐
//          ▲                        │  ▲ │                          │  ▲              │
//          │                        └──┘ │ asks again               │  └──────────────┘
//          │◀──────connection lost───────┘         lost, not renewed│
//          └──────────────work has ended───── steppingDown ◀────────┘
//                                             work is asked to end in order
//
// `ElectionMachine` is this diagram; `Election` carries out its answers.
//
// The rule of the trust window: a leader trusts itself for `trust` from the moment at which it *asked* for the last
// renewal that was granted, by its own monotonic clock, and the database keeps others away for the longer `lease` from
// the moment at which it *granted* it. So the trust of one always ends before the next can begin, if only the two
// clocks run at the same speed within a quarter. Any act that must not be done by two (handing a mail's bytes to an
// SMTP server) asks `Leadership.isTrusted` right before it does so. That is no guard by itself: a thread can be stopped
// between the question and the deed. Rows are claimed with their lock held on top of it, and what has left this process
// cannot be called back, which is why a resent mail has the same Message-ID.
//
//     event                                 consequence
//     leader stops in order                 work ends, lease given back, connection closed: the next leads in `poll`
//     leader killed                         the next waits until the lease has run out
//     leader frozen (SIGSTOP)               no renewal: the server ends the silent session after `lease`, the next
//                                           leads. Thawed, the old one finds trust and session gone: it steps down
//     leader's machine or network lost      as frozen: the server's own timer needs no packet from the dead
//     its connection lost, leader lives       its work ends in order, within its trust where that matters, and it may
//                                           lead again without waiting for itself
//     database restarted                    as before; another replica waits out the lease, which is in a table
//     database slow: no answer in time      renewal counts as failed, the leader steps down before its trust runs out
//     work does not end on stepping down    the process stays in `steppingDown`: it neither leads nor tries to
//     several replicas start at once        one gets the lease, the others ask again every `poll`
//
// A job that fails is logged and started again after a pause; the other jobs go on.
