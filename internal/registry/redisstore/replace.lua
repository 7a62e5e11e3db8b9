-- Puts staged records in the place of all that are there, at once.
--
-- KEYS: head, tokens, organizations, changes, staged tokens, staged organizations. ARGV: the revision that the registry
-- must still have; the numbers of staged tokens and organizations; a random text if the registry is to be born anew,
-- else ''; how many changes to remember. Returns 'ok' and the new revision, or what is in the way.
--
-- A birth is the time of the server in milliseconds and the random text. Collectors follow from one registry to another
-- only if that was born later, and a registry that began with a plain write was born at 0: so what `import --replace`
-- has made wins, and what has grown again out of nothing, or is an old replica, does not.

local head = redis.call('HMGET', KEYS[1], 'birth', 'revision', 'fence', 'entry')
local revision = tonumber(head[2] or '0')
if head[3] and ARGV[4] == '' then return {'fenced', head[3], head[2] or '0'} end
if tonumber(ARGV[1]) ~= revision then return {'conflict', 'registry', '', ''} end
if redis.call('HLEN', KEYS[5]) ~= tonumber(ARGV[2]) or redis.call('HLEN', KEYS[6]) ~= tonumber(ARGV[3]) then
  return {'conflict', 'staging', '', ''}
end

local birth = head[1] or '0-' .. ARGV[4]
if ARGV[4] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local before = tonumber(string.match(birth, '^%d+'))
  birth = string.format('%.0f', math.max(now, before + 1)) .. '-' .. ARGV[4]
end

for i = 2, 3 do
  redis.call('UNLINK', KEYS[i])
  if redis.call('EXISTS', KEYS[i + 3]) == 1 then
    redis.call('RENAME', KEYS[i + 3], KEYS[i])
    redis.call('PERSIST', KEYS[i])
  end
end
local text = string.format('%.0f', revision + 1)
local id = redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[5], '*',
  'revision', text, 'after', head[4] or '', 'reload', '1')
redis.call('HSET', KEYS[1], 'birth', birth, 'revision', text, 'entry', id, 'tokens', ARGV[2], 'organizations', ARGV[3])
redis.call('HDEL', KEYS[1], 'fence')
return {'ok', text}
