-- Puts deliveries in, if what must be true for that is; all of it or nothing.
--
-- KEYS: the position, a hash and a sorted set for each channel, then the claims. ARGV: the number of channels; where the
-- position must be, and where it goes ('' for both: wherever it is); how many deliveries of a channel may wait; then for
-- each claim for how many milliseconds it is taken; then for each delivery the number of its channel, its key and its
-- JSON. Returns nothing if the position is elsewhere or a claim is held, else for each channel how many were dropped.

local channels = tonumber(ARGV[1])
local firstClaim = 2 + 2 * channels
local from, to, most = ARGV[2], ARGV[3], tonumber(ARGV[4])

if to ~= '' and (redis.call('GET', KEYS[1]) or '0-0') ~= from then return {} end
for i = firstClaim, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return {} end
end
if to ~= '' then redis.call('SET', KEYS[1], to) end
for i = firstClaim, #KEYS do
  redis.call('SET', KEYS[i], '1', 'PX', ARGV[5 + i - firstClaim])
end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local dropped, waiting = {}, {}
for c = 1, channels do dropped[c], waiting[c] = 0, redis.call('ZCARD', KEYS[1 + 2 * c]) end
for i = 5 + #KEYS - firstClaim + 1, #ARGV, 3 do
  local c, key, content = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2]
  local hash, due = KEYS[2 * c], KEYS[1 + 2 * c]
  if redis.call('HEXISTS', hash, key) == 0 then
    if waiting[c] >= most then
      dropped[c] = dropped[c] + 1
    else
      waiting[c] = waiting[c] + 1
      redis.call('HSET', hash, key, content)
      redis.call('ZADD', due, now, key)
    end
  end
end
return dropped
