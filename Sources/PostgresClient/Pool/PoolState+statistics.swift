extension PoolState {
  var statistics: PostgresPoolStatistics {
    var statistics = PostgresPoolStatistics()
    statistics.idle = idle.count
    statistics.busy = busy
    statistics.connecting = connecting
    statistics.waiting = waiting.count
    statistics.acquireTimeouts = acquireTimeouts
    statistics.connectFailures = connectFailures
    return statistics
  }
}
