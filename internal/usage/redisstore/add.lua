-- Adds what a collector counted for an organization and tokens of it, at once.
--
-- KEYS: where the collector's last call is noted, then whatever something is added to. ARGV: the number of the call, and
-- for how many seconds to note it; then three for each key: what it holds, for how many seconds, and what is added.
-- Returns 1, or 0 if the call, or a later one, was done before. What is there but can't be read counts as absent.
--
-- All is worked out before anything is written: a fault would leave half of it, and be met again. This runs for every
-- token that is in use every few seconds, so it spares calls and tables.

local byte, char, sub, find, match = string.byte, string.char, string.sub, string.find, string.match

-- try lets a key that holds something else pass for an absent one. Any other error, such as a missing right, is one.
local function try(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    if not find(reply.err, 'WRONGTYPE', 1, true) then error(reply.err) end
    return nil
  end
  return reply
end

local function get(key)
  return try('GET', key) or ''
end

local done = tonumber(get(KEYS[1]))
if done and done >= tonumber(ARGV[1]) then return 0 end

-- page: slots with counters, the newest first. A slot is its number in a byte, a uvarint with a bit for each counter that
-- is there, and a uvarint for each of these.

local function uvarint(text, at)
  local a, b, c = byte(text, at, at + 2)
  if not a then return nil end
  if a < 128 then return a, at + 1 end
  if not b then return nil end
  if b < 128 then return a - 128 + b * 128, at + 2 end
  if not c then return nil end
  if c < 128 then return a - 128 + (b - 128) * 128 + c * 16384, at + 3 end
  local rest, behind = uvarint(text, at + 3)
  if not rest then return nil end
  return a - 128 + (b - 128) * 128 + (c - 128) * 16384 + rest * 2097152, behind
end

local function pack(value)
  if value < 128 then return char(value) end
  local low = value % 128
  local high = (value - low) / 128
  if high < 128 then return char(low + 128, high) end
  return char(low + 128) .. pack(high)
end

-- skip returns the place behind the counters of a slot, nil if it can't be read.
local function skip(page, at)
  local present
  present, at = uvarint(page, at)
  while present and present > 0 do
    local one = present % 2
    if one == 1 then
      local n
      n, at = uvarint(page, at)
      if not n then return nil end
    end
    present = (present - one) / 2
  end
  return present and at
end

-- sum adds up the counters of a slot of two pages.
local function sum(a, i, b, j)
  local p, q, n, m
  p, i = uvarint(a, i)
  q, j = uvarint(b, j)
  local present, bit, text = 0, 1, ''
  while p + q > 0 do
    local one, other = p % 2, q % 2
    if one + other > 0 then
      n, m = 0, 0
      if one == 1 then n, i = uvarint(a, i) end
      if other == 1 then m, j = uvarint(b, j) end
      present, text = present + bit, text .. pack(n + m)
    end
    p, q, bit = (p - one) / 2, (q - other) / 2, bit * 2
  end
  return pack(present) .. text
end

local function merge(page, added)
  local merged, from = '', 1 -- what is done, and where the rest of the page begins
  local at, size = 1, #added
  while at <= size do
    local number = byte(added, at)
    local there, behind = byte(page, from), skip(page, from + 1)
    while behind and there > number do
      merged, from = merged .. sub(page, from, behind - 1), behind
      there, behind = byte(page, from), skip(page, from + 1)
    end
    local next = skip(added, at + 1)
    if behind and there == number then
      merged, from = merged .. char(number) .. sum(page, from + 1, added, at + 1), behind
    else
      merged = merged .. sub(added, at, next - 1)
    end
    at = next
  end
  return skip(page, from + 1) and merged .. sub(page, from) or merged
end

-- origins: a line for each, with the requests that were allowed, refused and reported. Not all get in: see
-- usage.OriginDay.

local function fits(lines, origin, allowed, refused, reported)
  local all, bytes, mean, meanbytes = 1, #origin, 1, #origin
  for there, a, r in string.gmatch(lines, '(%S+) (%d+) %d+ (%d+)\n') do
    if there ~= 'others' then
      all, bytes = all + 1, bytes + #there
      if a == '0' and r == '0' then mean, meanbytes = mean + 1, meanbytes + #there end
    end
  end
  if allowed == 0 and reported == 0 and (mean > 50 or meanbytes > 2048) then return false end
  return all <= 100 and bytes <= 4096
end

local function number(n) return string.format('%.0f', n) end

local function count(lines, origin, allowed, refused, reported)
  local first, last = find(lines, '\n' .. origin .. ' ', 1, true)
  if not first then
    if origin ~= 'others' and not fits(lines, origin, allowed, refused, reported) then
      return count(lines, 'others', allowed, refused, reported)
    end
    return lines .. origin .. ' ' .. number(allowed) .. ' ' .. number(refused) .. ' ' .. number(reported) .. '\n'
  end
  local a, r, p, rest = match(lines, '^(%d+) (%d+) (%d+)()\n', last + 1)
  if not a then return lines end
  return sub(lines, 1, last) .. number(allowed + a) .. ' ' .. number(refused + r) .. ' ' .. number(reported + p) .. sub(lines, rest)
end

local function origins(lines, added)
  if sub(lines, 1, 1) ~= '\n' then lines = '\n' end
  for origin, allowed, refused, reported in string.gmatch(added, '(%S+) (%d+) (%d+) (%d+)\n') do
    lines = count(lines, origin, tonumber(allowed), tonumber(refused), tonumber(reported))
  end
  return lines
end

-- use: a moment, and the names of what was used then. Only later moments count.

local function used(key, added)
  local names, later = {}, {}
  for word in string.gmatch(added, '%S+') do names[#names + 1] = word end
  local moment = table.remove(names, 1)
  for _, name in ipairs(names) do
    local before = tonumber(try('HGET', key, name) or '')
    if not before or before < tonumber(moment) then
      later[#later + 1] = name
      later[#later + 1] = moment
    end
  end
  return later
end

local result = {}
for i = 2, #KEYS do
  local kind, added = ARGV[3 * i - 3], ARGV[3 * i - 1]
  if kind == 'page' then
    result[i] = merge(get(KEYS[i]), added)
  elseif kind == 'origins' then
    result[i] = origins(get(KEYS[i]), added)
  else
    result[i] = used(KEYS[i], added)
  end
end

-- What was used is written first: to do that again makes no difference.
for i = 2, #KEYS do
  if type(result[i]) == 'table' and #result[i] > 0 then
    try('HSET', KEYS[i], unpack(result[i]))
    redis.call('EXPIRE', KEYS[i], ARGV[3 * i - 2])
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for i = 2, #KEYS do
  if type(result[i]) == 'string' then
    redis.call('SET', KEYS[i], result[i], 'EX', ARGV[3 * i - 2])
  end
end
return 1
