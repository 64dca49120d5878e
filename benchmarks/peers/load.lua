-- wrk's script: requests with the tokens of a file, in turn.
-- Arguments: path, token file, "around" to begin again at the end of the file or "once" to stop there,
-- and the mean pause in milliseconds between an answer and the next request of its connection (0: none).
local requests, position, once, mean_pause = {}, 0, false, 0

function init(arguments)
  local path, file = arguments[1], arguments[2]
  once = arguments[3] == "once"
  mean_pause = tonumber(arguments[4])
  for token in io.lines(file) do
    requests[#requests + 1] = wrk.format("GET", path, {Authorization = "Bearer " .. token, Host = wrk.headers.Host})
  end
  math.randomseed(#requests)
  if mean_pause == 0 then delay = nil end
end

function request()
  position = position + 1
  if position > #requests then
    if once then wrk.thread:stop() end
    position = 1
  end
  return requests[position]
end

-- Spread, so that connections never fall into step.
function delay() return math.random(math.floor(mean_pause / 2), math.ceil(mean_pause * 3 / 2)) end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"microseconds":%d,"bytes":%d,"refused":%d,"failed":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
