import NIOCore
import NIOPosix
import NIOSSL

/// Makes connections on one event loop.
struct UpstreamConnector {
  let eventLoop: any EventLoop
  let tls: UpstreamTLS

  /// - Parameter done: called on the event loop, with nil if there is no connection in time
  func connect(
    _ pool: UpstreamPool,
    for loop: UpstreamLoop,
    until deadline: NIODeadline,
    done: @escaping (UpstreamConnection?) -> Void
  ) {
    let isolated = eventLoop.assumeIsolated()
    let endpoint = pool.endpoint
    let loopBound = NIOLoopBound((loop, pool), eventLoop: eventLoop)
    ClientBootstrap(group: eventLoop)
      .connectTimeout(max(.milliseconds(1), deadline - .now()))
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelInitializer { [eventLoop, tls] channel in
        eventLoop.makeCompletedFuture {
          let (pipeline, (loop, pool)) = (channel.pipeline.syncOperations, loopBound.value)
          if endpoint.isSecure { try pipeline.addHandler(tls.handler(for: endpoint.host)) }
          try pipeline.addHandler(
            UpstreamConnection(pool, loop: loop, ready: eventLoop.makePromise())
          )
        }
      }
      .connect(host: endpoint.host, port: endpoint.port)
      .assumeIsolated()
      .whenComplete { result in
        guard case .success(let channel) = result,
          let connection = try? channel.pipeline.syncOperations.handler(type: UpstreamConnection.self)
        else { return done(nil) }
        // The handshake has what connecting has left of the time.
        let alarm = isolated.scheduleTask(deadline: deadline) { connection.close() }
        connection.whenReady.assumeIsolated().whenComplete { _ in
          alarm.cancel()
          done(connection.join() ? connection : nil)
        }
      }
  }
}
