-- Puts staged records in the place of all that are there, at once.
--
-- KEYS: head, tokens, organizations, changes, secrets, staged tokens, organizations and secrets, then those of the audit. ARGV: the revision
-- that the registry must still have, and its fence, ''  where there is none; the revision that it gets; the numbers of
-- staged tokens and organizations; a random text if the registry is to be born anew, else ''; how many changes to
-- remember; then what the audit is told. Returns 'ok' and the new revision, or what is in the way; then nothing is left of what was staged.
--
-- A birth is the time of the server in milliseconds and the random text. Collectors follow from one registry to another
-- only if that was born later, and a registry that began with a plain write was born at 0: so what `import --replace`
-- has made wins, and what has grown again out of nothing, or is an old replica, does not. A fence is the revision that a
-- collector has served, and the birth of that registry: what is made now must come after both, whatever the clock says.

local head = redis.call('HMGET', KEYS[1], 'birth', 'revision', 'fence', 'entry')
local fence = head[3] or ''

local function refuse(...)
  redis.call('UNLINK', KEYS[6], KEYS[7], KEYS[8])
  return {...}
end
if fence ~= '' and ARGV[6] == '' then return refuse('fenced', fence, head[2] or '0') end
if ARGV[1] ~= (head[2] or '0') or ARGV[2] ~= fence then return refuse('conflict', 'registry', '', '') end
if redis.call('HLEN', KEYS[6]) ~= tonumber(ARGV[4]) or redis.call('HLEN', KEYS[7]) ~= tonumber(ARGV[5]) then
  return refuse('conflict', 'staging', '', '')
end

local birth = head[1] or '0-' .. ARGV[6]
if ARGV[6] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local before = tonumber(string.match(birth, '^%d+'))
  local served = tonumber(string.match(fence, ' (%d+)') or '0')
  birth = string.format('%.0f', math.max(now, before + 1, served + 1)) .. '-' .. ARGV[6]
end

for _, i in ipairs({2, 3, 5}) do
  local staged = i == 5 and 8 or i + 4
  redis.call('UNLINK', KEYS[i])
  if redis.call('EXISTS', KEYS[staged]) == 1 then
    redis.call('RENAME', KEYS[staged], KEYS[i])
    redis.call('PERSIST', KEYS[i])
  end
end
local id = redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[7], '*',
  'revision', ARGV[3], 'after', head[4] or '', 'reload', '1')
redis.call('HSET', KEYS[1], 'birth', birth, 'revision', ARGV[3], 'entry', id, 'tokens', ARGV[4], 'organizations', ARGV[5])
redis.call('HDEL', KEYS[1], 'fence')
tell(9, 8)
return {'ok', ARGV[3]}
