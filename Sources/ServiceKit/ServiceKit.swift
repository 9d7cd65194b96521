// ServiceKit: what every service of the platform is made of.
//
// Owns: the HTTP front (request id, CORS, size limit, access log, metrics, problem bodies), reading JSON bodies into
// typed input, health and metrics endpoints, settings from the environment, JSON logs, and the life of a process from
// its first line to exit code 0. It knows no portal and no region.
//
//   HTTP/      Front → RouteTable → handler; Problem is the only error body
//   ClientAddress/  who the client is, however many proxies are in between
//   JSON/      bodies in (JSONBody, Form) and out (JSONWriter)
//   Paging/    keyset pages and their cursors
//   Settings/  one value per environment variable: name, type, default, purpose
//   Logging/   one JSON object per line, written by a thread of its own
//   Metrics/   swift-metrics kept in memory, shown as Prometheus text
//   Program/   the shared skeleton of the executables
//
// Failure: a handler throws a `Problem` (answered as it is) or anything else (logged with the request id, answered as a
// bare 500, or 503 with Retry-After when a database or the password hasher is out of reach).
