-- Tells the audit what a script has done. This stands in front of that script.
--
-- KEYS[first]: the stream of all entries; the keys behind it: those of organizations. ARGV from `at` on: how many entries
-- to keep in the first one, and in each of the others; for how many seconds to keep that of an organization that is gone;
-- how many entries follow; then for each its JSON and the numbers of up to two of the streams of organizations, 0 for
-- none. KEYS[3] are the organizations. An entry has the same id everywhere; only where Redis has lost the first stream
-- and its clock was set back can it not.

local function tell(first, at)
  for i = at + 4, at + 3 * ARGV[at + 3] + 1, 3 do
    local id = redis.call('XADD', KEYS[first], 'MAXLEN', '~', ARGV[at], '*', 'entry', ARGV[i])
    for j = i + 1, i + 2 do
      local key = KEYS[tonumber(ARGV[j])]
      if key and type(redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[at + 1], id, 'entry', ARGV[i])) == 'table' then
        redis.call('XADD', key, 'MAXLEN', '~', ARGV[at + 1], '*', 'entry', ARGV[i])
      end
    end
  end
  for i = first + 1, #KEYS do
    if redis.call('HEXISTS', KEYS[3], string.sub(KEYS[i], #KEYS[first] + 2)) == 1 then
      redis.call('PERSIST', KEYS[i])
    else
      redis.call('EXPIRE', KEYS[i], ARGV[at + 2])
    end
  end
end

