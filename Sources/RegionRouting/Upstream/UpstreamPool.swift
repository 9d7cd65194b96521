/// The connections of one event loop to one endpoint, which they and their exchanges know.
final class UpstreamPool {
  let endpoint: RegionEndpoint
  var machine: UpstreamPoolMachine<UpstreamConnection, UpstreamExchange>

  init(_ endpoint: RegionEndpoint, connectionLimit: Int) {
    self.endpoint = endpoint
    machine = UpstreamPoolMachine(limit: connectionLimit)
  }
}
