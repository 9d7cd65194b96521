-- Requests for wrk. Its arguments after `--`: plain, or session or login with a file whose lines are tokens or
-- bodies; each thread walks through them from a place of its own.
local requests, next_request, threads = {}, 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local makers = {
  session = function(line) return wrk.format("GET", nil, { Authorization = "Bearer " .. line }) end,
  login = function(line) return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, line) end,
}

function init(arguments)
  local make = makers[arguments[1]]
  if not make then
    requests[1] = wrk.format("GET")
    return
  end
  for line in io.lines(arguments[2]) do requests[#requests + 1] = make(line) end
  next_request = number * math.floor(#requests / 2)
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

-- requests/s, 50th and 99th percentile in µs, answers that are no success, errors of connections
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %.2f %.0f %.0f %d %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
