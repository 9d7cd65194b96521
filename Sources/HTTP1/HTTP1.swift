// HTTP1: an HTTP/1.1 engine (RFC 9110, RFC 9112) for services whose requests are small and many: the wire format, a
// server, a client.
//
//   Wire/     bytes to heads, bodies and back; no sockets   RequestDecoder, ResponseDecoder, BodyDecoder, HeadWriter
//   Server/   the listening socket, clients' connections   HTTPServer, ServerConnection, HTTPResponder, ResponseWriter
//   Client/   connections to servers, kept and reused       HTTPClient, ConnectionPool, ClientConnection
//
// It knows no routes and nothing about what its users do, and no TLS library: HTTP1TLS brings one to the client.
// Methods and the fields that a program writes are those of swift-http-types; fields that arrived are `HeaderFields`,
// places in the bytes that arrived, since most of them are never looked at or passed on as they are.
//
// Why not a framework's: everything about a request happens on its connection's event loop, on one thread. The
// responder's task starts there, at once, inside the read that brought the request (`Task.immediate`), and comes back
// there after each wait, since the event loop is also its task executor; the client's connections are those of the same
// event loop. docs/internals/speed.md has the figures.
//
// A server's connection
//
//     ┌────────────────────────── keep-alive ──────────────────────────┐
//     ▼                                                                │
//   idle ──first byte──▶ receiving ──head──▶ responding ──▶ response and request complete ──last──▶ closing ──▶ closed
//                            │                   │ reads the body at the responder's pace; the rest is dropped
//                            └────── error ──────┴──▶ 400, 408, 431 or 501, then closing
//
//   Requests that arrive meanwhile wait, and the socket is no longer read (pipelining, RFC 9112 §9.3.2). Closing sends
//   the end of the stream first and waits a second for the client to read it (RFC 9112 §9.6). `ServerConnectionMachine`
//   decides which state follows, `ConnectionClock` what the time means, `ServerConnection` carries both out.
//
// A client's connection
//
//   connecting ──▶ idle ⇄ awaiting head ──▶ in body ──▶ response complete ──▶ idle, or closed if anything was left over
//                                                                             or unsent
//
//   `ClientConnectionMachine` decides. A request waits for a free connection, or has a new one made, up to a limit per
//   endpoint (`EndpointPoolMachine`), first come first served.
//
// What a failure does
//
//   what fails                         server                                    client
//   ---------------------------------  ----------------------------------------  ------------------------------------
//   not HTTP, or readable in two ways  400 and close                             `broken`, close
//   a head or a trailer over a limit   431 and close                             `broken`, close
//   the other end goes away            body and stream end with an error,        `broken`; a GET or HEAD on a kept-
//                                      `ClientDisconnect` tells the responder    alive connection is sent once more
//   the client shuts down its half     a body that is not complete ends with an
//                                      error, else the request gets its response
//   the other end sends or takes       408 or close, see the limits              `notConnected`, `timeout`
//     nothing
//   a streamed body fails half way     close, which the client sees
//                                      (RFC 9112 §8)
//   no file descriptors are left       idle connections close, accepting pauses  `notConnected`
//   a stop                             no more connections; idle ones close,     `cancelled`
//                                      others after a response that says so,
//                                      all at the end of `stopTimeout`
//
// Limits
//
//   head            16 KiB a line, 64 KiB in all, 128 fields; 8 empty lines before    `HeadLimits`, `MessageInput`
//   chunked body    16 bytes of sizes, extensions and line ends a byte, and 8 KiB;    `BodyDecoder`
//                   trailers as heads
//   request         60 s from first byte to last, 100 bytes a second after 10 s       `HTTPServer.Configuration`
//   response        60 s in which the client takes nothing                            `HTTPServer.Configuration`
//   idle            75 s; with too many connections those that wait for longest       `HTTPServer.Configuration`
//                   close first, new ones not before a second
//   unread body     16 MiB are dropped for the sake of the connection                 `HTTPServer.Configuration`
//   body in memory  128 KiB between a connection and its reader                       `BodyStream`
//   all requests    as set, the last quarter for those of up to 16 KiB; beside it a   `RequestMemory`
//                   quarter more for heads; then 503
//   one client      half of that while it is free, else an eighth; then 429           `FairShares`
//   and of a pool   half of the connections while they are free, else an eighth;      `FairShares`
//                   then it waits for those that it has
//   interim         16 responses (1xx) before one that counts                         `ResponseDecoder`
//
// Rules and their tests (Tests/HTTP1Tests, Tests/RegionRoutingTests, and with real programs Tests/EndToEndTests/HTTP; a
// test of DocumentationTests holds that they exist)
//
//   RFC 9112 §2.2     lines end with CR LF only, no line begins with a blank RequestDecoderTests.refusesWhatIsAmbiguous
//   RFC 9112 §2.2     empty lines before a request, a few  RequestDecoderTests.boundsWhatIsAroundABody
//   RFC 9112 §3       one blank between method, target and version RequestDecoderTests.refusesWhatIsAmbiguous
//   RFC 9112 §3.2     one proper Host; none or an empty one where allowed RequestDecoderTests.wantsOneProperHost
//   RFC 9112 §3.2     absolute targets are served like any other RequestDecoderTests.readsEveryFormOfTarget
//   RFC 9112 §3.2     relative targets, fragments, user information RequestDecoderTests.refusesOtherTargets
//   RFC 9110 §9.3.6   CONNECT is refused                   RequestDecoderTests.refusesConnect
//   RFC 9110 §5.3     fields with one value are there once RequestDecoderTests.refusesASecondValueWhereThereIsOne
//   RFC 9112 §6.3     one way to tell a request's length   RequestTests.whatCouldBeReadInTwoWaysIsRefused
//   RFC 9112 §6.3     one way to tell a response's length  ResponseDecoderTests.refusesWhatIsAmbiguous
//   RFC 9112 §6.3     responses that have no body          ResponseDecoderTests.someResponsesHaveNoBody
//   RFC 9112 §7.1.1   chunk extensions are checked         RequestDecoderTests.checksChunkExtensions
//   RFC 9112 §7.1.2   trailers are checked like fields     RequestDecoderTests.checksTrailersLikeFields
//   RFC 9110 §9.3.2   HEAD says what GET would             FramingTests.aHeadResponseHasNoBodyButItsLength
//   RFC 9110 §9.3.2   HEAD wherever GET is, in step        HeadTests.headIsGetWithoutTheBody
//   RFC 9110 §15.5.16 bodies with a coding are refused     RequestRulesTests.codings
//   RFC 9110 §10.1.1  100 Continue                         RequestTests.aClientThatAsksFirstGets100Continue
//   RFC 9110 §15.5.9  408                                  ConnectionClockTests.tellsWhatTheTimeMeans
//   RFC 9110 §15.5.9  408 and close, at home and across a hop TimeoutTests.slowRequests
//   RFC 9112 §9.3     what keeps a connection              RequestDecoderTests.keepsTheConnection
//   RFC 9112 §9.3.1   what goes out again                  HopConnectionTests.aStaleConnectionCostsASafeRequestNothing
//   RFC 9112 §9.3.2   pipelined requests are answered in order FramingTests.pipelinedRequestsGetTheirResponsesInOrder
//   RFC 9112 §9.6     nothing is served after the last response ConnectionEndTests.nothingIsServedAfterTheLastResponse
//   RFC 9112 §9.6     responses during a stop say that they are the last StopTests.aResponseDuringAStop
//   RFC 9112 §9.6     a response that is cut off is not complete FramingTests.anIncompleteResponseEndsTheConnection
//   RFC 9112 §11.2    no request is hidden in another      SmugglingTests.nothingHiddenIsServed
