// API: what every HTTP endpoint of the platform has in common.
//
// Owns: the pipeline that each request passes (request id, CORS, size limit, access log, metrics, problem bodies), the
// table of routes, reading JSON bodies into typed input, pages and cursors, the client's address, and the routes for
// health and metrics. It knows no portal and no region.
//
//   Pipeline/       RequestPipeline → RouteTable → handler; every response gets its common fields here
//   Endpoints/      Endpoint, one row of a portal's table; its callers, home rule, response, and their descriptions
//   Problems/       Problem is the only error body; ProblemCode lists its types
//   Input/          InputDecoder reads a body's members by name; pages and their cursors
//   ClientAddress/  the client's address, however many proxies are in between
//   Service/        the HTTP server as a part of a service, its settings and its health routes
//
// Failure: a handler throws a `Problem` (sent as it is) or another error (logged with the request id, answered with a
// bare 500, or 503 with Retry-After when a database or the password hasher is out of reach).
