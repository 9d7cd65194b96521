// RegionRouting gets a request to the region where its data lives, and the response back.
//
// It owns
// - which regions exist and where their servers are reached (`RegionDirectory`),
// - the signed header by which one region's server recognises another's (`HopSignature`), the keys for it (`HopKeys`),
//   and what of it is accepted (`HopVerifier`),
// - which region answers for what nobody has (`StandIn`),
// - what a hop does to the headers of a message (`HopHeaders`),
// - the hop itself (`Forwarder`, `HopExchange`), with a circuit breaker per endpoint (`CircuitBreaker`).
//
// It is carried out by HTTP1's `HTTPClient`, which knows nothing of regions.
//
// A request with another region's session, whose body has arrived or that has none, needs no task: the steps of its hop
// call each other on the event loop of the client's connection (`RegionalRouter.relay`). For others the task of the
// request waits for the same steps.
//
// One hop, by construction: a request that arrives with a valid signature is never forwarded again.
// Signed, and not to be carried out (too old, a second time, another body): 421. Not signed by a known region: a
// client's. The signature grants nothing; the home server authenticates the user's own token as it does for every
// request.
//
//   what happens                                 | what the caller sees
//   ---------------------------------------------|---------------------------------------------------
//   no endpoint, no keys, or no endpoint answers | .regionUnavailable, within the connect time-out
//   connect refused or timed out                 | the next endpoint is tried; the breaker counts
//   breaker open                                 | .regionUnavailable at once, with the time to wait
//   all connections busy for the connect time-out| the next endpoint is tried; the breaker doesn't count
//   kept-alive connection found closed           | GET and HEAD go out once more on a new one, others see:
//   connection lost after the request was sent   | .upstreamFailed, no second try: it may have worked
//   no whole response before the deadline        | .timeout; after the head, the connection is cut
//   request body too large, too slow, broken off | as at home, nothing is sent: it is read before the hop
//   the client resets or closes the connection   | .clientGone, the upstream request is aborted
//   it shuts down its sending half only          | nothing: it gets its response
//   path or query isn't RFC 3986                 | .malformedTarget, nothing is sent
//   global database down                         | the directory keeps its last copy
