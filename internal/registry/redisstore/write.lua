-- Changes records, all of them or none, at once.
--
-- KEYS: head, tokens, organizations, changes, secrets; then those of the audit. ARGV: the birth of a registry that begins
-- with this write; the revision that the registry must still have, or ''; how many changes to remember; how many records
-- follow; then for each record: token or organization, its id, the revision that it must still have (0: none), the
-- organization of a token ('' of what is deleted), and the record as JSON ('': deleted); then what the audit is told.
-- Returns 'ok' and the new revision, or what is in the way.
--
-- A record is stored with the revision of its last write in front: {"revision":17,"id":…}. An entry of the stream names
-- the one before it, so that a reader notices when what it has read before is gone. The head counts the records: where
-- there are fewer, Redis has dropped a key to save memory, or somebody deleted one. The hash of secrets says whose each
-- digest is: no two tokens may have the same.

local head = redis.call('HMGET', KEYS[1], 'birth', 'revision', 'fence', 'entry', 'tokens', 'organizations')
local revision = tonumber(head[2] or '0')
if head[3] then return {'fenced', head[3], head[2] or '0'} end
for i = 2, 3 do
  local has, had = redis.call('HLEN', KEYS[i]), tonumber(head[i + 3] or '0')
  if has < had then return {'short', tostring(has), tostring(had)} end
end
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= revision then return {'conflict', 'registry', '', ''} end

-- digests returns those of a token's secrets. A record that somebody has broken has none.
local function digests(record)
  local list = {}
  local ok, decoded = pcall(cjson.decode, record)
  if ok and type(decoded) == 'table' and type(decoded.secrets) == 'table' then
    for _, secret in ipairs(decoded.secrets) do list[#list + 1] = secret.sha256 end
  end
  return list
end

local last = 4 + 5 * ARGV[4]
local hashes = {token = KEYS[2], organization = KEYS[3]}
local known = {} -- organizations of this write: true, or false when deleted
local freed, claimed = {}, {} -- digests of this write

for i = 5, last, 5 do
  if ARGV[i] == 'organization' then known[ARGV[i + 1]] = ARGV[i + 4] ~= '' end
end
for i = 5, last, 5 do
  local kind, id, base, owner, record = unpack(ARGV, i, i + 4)
  local old = redis.call('HGET', hashes[kind], id)
  local current = old and string.match(old, '^{"revision":(%d+)') or '0'
  if current ~= base then return {'conflict', kind, id, current} end
  if kind == 'token' then
    if owner ~= '' then
      if known[owner] == nil then known[owner] = redis.call('HEXISTS', KEYS[3], owner) == 1 end
      if not known[owner] then return {'ownerless', kind, id, owner} end
    end
    if old then
      for _, digest in ipairs(digests(old)) do freed[digest] = true end
    end
  end
end
for i = 5, last, 5 do
  local kind, id, _, _, record = unpack(ARGV, i, i + 4)
  if kind == 'token' and record ~= '' then
    for _, digest in ipairs(digests(record)) do
      local holder = claimed[digest] or (not freed[digest] and redis.call('HGET', KEYS[5], digest))
      if holder and holder ~= id then return {'taken', kind, id, holder} end
      claimed[digest] = id
    end
  end
end

local text = string.format('%.0f', revision + 1)
local entry = {'revision', text, 'after', head[4] or ''}
for i = 5, last, 5 do
  local kind, id, _, _, record = unpack(ARGV, i, i + 4)
  if record == '' then
    redis.call('HDEL', hashes[kind], id)
  else
    record = '{"revision":' .. text .. ',' .. string.sub(record, 2)
    redis.call('HSET', hashes[kind], id, record)
  end
  entry[#entry + 1] = kind .. ':' .. id
  entry[#entry + 1] = record
end
for digest in pairs(freed) do redis.call('HDEL', KEYS[5], digest) end
for digest, id in pairs(claimed) do redis.call('HSET', KEYS[5], digest, id) end
local id = redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', unpack(entry))
redis.call('HSET', KEYS[1], 'birth', head[1] or ARGV[1], 'revision', text, 'entry', id,
  'tokens', redis.call('HLEN', KEYS[2]), 'organizations', redis.call('HLEN', KEYS[3]))
tell(6, last + 1)
return {'ok', text}
