-- Copyright The otelcol-clienttokens Authors
-- SPDX-License-Identifier: Apache-2.0

-- Posts one file over and over: wrk … -s post.lua URL -- FILE CONTENT-TYPE SECRET ORIGIN.
-- The request is made once; there is no Lua in wrk's loop.

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = args[2]
  wrk.headers["X-Client-Token"] = args[3]
  wrk.headers["Origin"] = args[4]
end

function done(summary)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"micros":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
    summary.requests, summary.duration, e.connect, e.read, e.write, e.timeout, e.status))
end
