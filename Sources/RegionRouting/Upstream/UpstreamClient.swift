import NIOCore
import NIOPosix
import Synchronization

/// The HTTP/1.1 client of the hop.
///
/// It has one set of connections per event loop, so that a hop stays on the thread that serves the request. It sends
/// the target verbatim, never redirects, decompresses or uses a proxy. An exchange ends early by closing its connection.
/// Every request goes out once; the only exception is a `GET` or `HEAD` on a kept-alive connection that turns out to be
/// closed.
final class UpstreamClient: Sendable {
  private let group: any EventLoopGroup
  private let places: [ObjectIdentifier: UpstreamPlace]
  private let lastID = Atomic<UInt64>(0)

  /// - Parameter connectionLimit: open connections per endpoint; divided among the event loops, at least one each
  init(group: any EventLoopGroup, connectionLimit: Int) {
    self.group = group
    let tls = UpstreamTLS()
    let eventLoops = Array(group.makeIterator())
    let share = max(1, connectionLimit / max(1, eventLoops.count))
    places = Dictionary(
      eventLoops.map { eventLoop in
        let connector = UpstreamConnector(eventLoop: eventLoop, tls: tls)
        return (ObjectIdentifier(eventLoop), UpstreamPlace(connector, connectionLimit: share))
      },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// A seat for one exchange: on the current event loop if it is ours, so that nothing changes threads.
  ///
  /// - Parameter preferred: the event loop to use otherwise
  func makeSeat(preferring preferred: (any EventLoop)?) -> UpstreamSeat {
    let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
    let place = place(on: MultiThreadedEventLoopGroup.currentEventLoop) ?? place(on: preferred)
    guard let place = place ?? self.place(on: group.next()) else {
      preconditionFailure("an event loop group hands out loops that it doesn't list")
    }
    return UpstreamSeat(id: id, place: place)
  }

  private func place(on eventLoop: (any EventLoop)?) -> UpstreamPlace? {
    eventLoop.flatMap { places[ObjectIdentifier($0)] }
  }

  /// Closes all connections; exchanges in progress fail.
  func shutdown() async {
    for place in places.values {
      await withCheckedContinuation { continuation in
        place.run { loop in
          loop.shutDown()
          continuation.resume()
        }
      }
    }
  }
}
