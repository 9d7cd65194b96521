-- Requests for wrk, from the file that is its argument after `--`: whole requests, separated by NUL bytes. Each thread walks through
-- them from a place of its own.
local requests, next_request, threads = {}, 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for text in file:read("*a"):gmatch("[^%z]+") do requests[#requests + 1] = text end
  file:close()
  next_request = number * math.floor(#requests / 2)
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

-- requests/s, 50th, 99th and 99.9th percentile in µs, answers that are no success, errors of connections
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %.2f %.0f %.0f %.0f %d %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
