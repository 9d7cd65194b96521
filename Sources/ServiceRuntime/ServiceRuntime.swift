// ServiceRuntime: how a service starts, is configured, reports and stops.
//
// Owns: settings from the environment, JSON logs, metrics, and the life of a process from its first line to its exit
// code. It knows no protocol, no database and no portal.
//
//   Program/   the shared skeleton of the executables
//   Settings/  one value per environment variable: name, type, default, purpose
//   Logging/   one JSON object per line, written by a queue of its own
//   Metrics/   swift-metrics kept in memory, shown as Prometheus text
//
// Failure: all problems of the settings are reported together, and the program ends with exit code 78; a service that
// fails ends it with 70. A reader of the log that stalls costs log lines, which are counted, and never a request.
