// Migrations: the schema of both databases, and how a database gets from one version of it to another.
//
// The source of truth is db/migrations/{global,regional}/NNNNN_name.sql in goose's file format
// (https://pressly.github.io/goose/documentation/annotations/); the files are part of the program. What has been
// applied is recorded in the database: `goose_db_version` (goose's own table, so that its tools can read it) and
// `vetchium_migrations` (the SHA-256 of each applied file, so that a file edited afterwards is noticed).
//
// One run:
//
//     lock ──▶ read what is applied ──▶ plan (pure) ──▶ for each step: BEGIN · statements · record · COMMIT ──▶ unlock
//                                        │
//                                        └─▶ refusal: nothing was changed
//
// | what goes wrong                          | what happens                                                     |
// |------------------------------------------|------------------------------------------------------------------|
// | two runs at once                         | the second waits for the first's lock, then finds nothing to do  |
// | a statement fails, the process is killed | that file is rolled back; the files before it stay applied       |
// | an applied file was edited               | refused, naming the file                                         |
// | the database knows a newer version       | `up` and `down` are refused, `status` shows it                   |
// | a file is older than the newest applied  | refused: it would be applied in an order that was never tested   |
// | a NO TRANSACTION file fails              | what it did stays; it is not recorded and runs again next time   |
//
// After the tables come the rights: `Grants` creates the login roles and gives each exactly what its service needs, as
// db/grants/*.sql say. A password goes to the server as a SCRAM verifier only, which libpq makes of it.
