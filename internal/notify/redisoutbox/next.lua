-- Leases the delivery that has been due for longest.
--
-- KEYS: the hash of deliveries, the sorted set of when each is due. ARGV: for how many milliseconds. Returns its key, its
-- JSON and the end of the lease, or nothing.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local till = string.format('%.0f', now + ARGV[1])
while true do
  local key = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now), 'LIMIT', 0, 1)[1]
  if not key then return {} end
  local content = redis.call('HGET', KEYS[1], key)
  if content then
    redis.call('ZADD', KEYS[2], till, key)
    return {key, content, till}
  end
  redis.call('ZREM', KEYS[2], key)
end
