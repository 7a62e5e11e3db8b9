-- Takes a delivery out, or puts it off.
--
-- KEYS: the hash of deliveries, the sorted set of when each is due. ARGV: its key; to put it off the end of the lease, which
-- must not have ended with somebody else taking it, by how many milliseconds, and its new JSON.

if not ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif redis.call('ZSCORE', KEYS[2], ARGV[1]) == ARGV[2] then
  local time = redis.call('TIME')
  local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
  redis.call('ZADD', KEYS[2], string.format('%.0f', due), ARGV[1])
end
