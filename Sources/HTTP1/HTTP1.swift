// HTTP1: an HTTP/1.1 server (RFC 9112) for services whose requests are small and many.
//
// Owns: the listening socket, the connections, and how long each lives. It knows no routes and no portals: a responder gets a
// `Request` and writes one `Response`.
//
// Why not a framework's server: everything about a request happens on its connection's event loop, on one thread. The
// responder's task starts there, at once, inside the read that brought the request (`Task.immediate`), and comes back there
// after each wait, since the event loop is also its task executor. The servers at hand hand every request to the cooperative
// pool and back through asynchronous sequences, which cost more than all the rest of a request; docs/internals/speed.md has
// the figures. Heads are taken apart here, too, into places in the bytes that arrived instead of strings (`RequestDecoder`): most
// fields of a request are looked at by nobody, or passed on as they are.
//
//   a connection   idle ⇄ receiving and answering one request ─▶ closed
//                  requests that arrive meanwhile wait, and the socket is no longer read (pipelining, RFC 9112 §9.3.2)
//   a body         read by the responder at its own pace; what it leaves unread is dropped after the answer
//   an answer      whole (one write) or streamed at the client's pace
//
// What a failure does:
//
//   what fails                               what follows
//   ---------------------------------------  ---------------------------------------------------------------------
//   not HTTP, or a head that is too large    400 or 431, close
//   the client goes away                     body and stream end with an error, `ClientPresence` tells; the responder goes on
//   the client sends or takes nothing        closed after `idleTimeout`, unless it waits for the responder
//   a streamed answer fails half way         close: the client sees that it is not complete (RFC 9112 §8)
//   the service is told to stop              no more connections; idle ones close, others after their answer
//
// `ConnectionMachine` decides, `HTTPConnection` carries out.
