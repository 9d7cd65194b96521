// PasswordHashing: Argon2id on threads of its own.
//
// Owns: how a password becomes a PHC string and how an offered password is compared with one; how many of these
// run at once and how many may wait.
//
// Parameters (OWASP Password Storage Cheat Sheet, second recommended set): m = 19 MiB, t = 2, p = 1, written as
// `$argon2id$v=19$m=19456,t=2,p=1$…`. libsodium computes it; a stored string with other parameters is verified with
// those. libsodium maps the memory anew for each computation and returns it when that ends. bcrypt strings of imported
// accounts are verified by libcrypt, and never written.
//
// States: a hash waits, computes or is done. One computes per thread, one thread per core; at most `waitingLimit`
// wait, so a flood of logins costs neither memory nor the signed-in users' turn on the event loops.
//
// Failure: `overloaded` when the queue is full (answer: 503 with Retry-After); `cancelled` when the caller's task
// was cancelled before its turn; `outOfMemory` when 19 MiB cannot be had. An unreadable stored hash never matches.
