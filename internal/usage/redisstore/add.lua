-- Adds what a collector counted for an organization and tokens of it, at once.
--
-- KEYS: where the collector's last call is noted, then whatever something is added to. ARGV: the number of the call, and
-- for how many seconds to note it; then three for each key: what it holds, for how many seconds, and what is added.
-- Returns 1, or 0 if the call, or a later one, was done before. What is there but can't be read counts as absent.

local done = tonumber(redis.pcall('GET', KEYS[1]) or nil)
if done and done >= tonumber(ARGV[1]) then return 0 end

local byte, char, floor, sub = string.byte, string.char, math.floor, string.sub

-- page: slots with counters, the newest first. A slot is its number, a uvarint with a bit for each counter that is there,
-- and a uvarint for each of these.

local function uvarint(text, at)
  local value, scale = 0, 1
  for i = at, at + 9 do
    local b = byte(text, i)
    if not b then return nil end
    if b < 128 then return value + b * scale, i + 1 end
    value, scale = value + (b - 128) * scale, scale * 128
  end
  return nil
end

local function pack(value)
  local text = ''
  while value >= 128 do
    text = text .. char(value % 128 + 128)
    value = floor(value / 128)
  end
  return text .. char(value)
end

-- read returns the slot at a place of a page, and the place behind it.
local function read(page, at)
  local number = byte(page, at)
  if not number then return nil end
  local present, n
  present, at = uvarint(page, at + 1)
  if not present then return nil end
  local slot, counter = {number = number}, 0
  while present > 0 do
    if present % 2 == 1 then
      n, at = uvarint(page, at)
      if not n then return nil end
      slot[counter] = n
    end
    present, counter = floor(present / 2), counter + 1
  end
  slot.counters = counter
  return slot, at
end

local function write(slot)
  local present, bit, values = 0, 1, ''
  for counter = 0, slot.counters - 1 do
    if slot[counter] then
      present, values = present + bit, values .. pack(slot[counter])
    end
    bit = bit * 2
  end
  return char(slot.number) .. pack(present) .. values
end

local function sum(a, b)
  local slot = {number = a.number, counters = math.max(a.counters, b.counters)}
  for counter = 0, slot.counters - 1 do
    if a[counter] or b[counter] then slot[counter] = (a[counter] or 0) + (b[counter] or 0) end
  end
  return slot
end

local function merge(page, added)
  local merged = ''
  local slot, behind = read(page, 1)
  local from = 1 -- of what is left of the page
  local more, at = read(added, 1)
  while more do
    while slot and slot.number > more.number do
      merged, from = merged .. sub(page, from, behind - 1), behind
      slot, behind = read(page, from)
    end
    if slot and slot.number == more.number then
      more, from = sum(slot, more), behind
      slot, behind = read(page, from)
    end
    merged = merged .. write(more)
    more, at = read(added, at)
  end
  return slot and merged .. sub(page, from) or merged
end

-- origins: by origin the numbers of requests that were allowed, refused and reported. Not all get in: see usage.OriginDay.

local function refused(numbers) return numbers[1] == 0 and numbers[3] == 0 end

local function fits(origins, origin, numbers)
  local all, bytes, mean, meanbytes = 1, #origin, 1, #origin
  for there, n in pairs(origins) do
    if there ~= 'others' then
      all, bytes = all + 1, bytes + #there
      if refused(n) then mean, meanbytes = mean + 1, meanbytes + #there end
    end
  end
  return all <= 100 and bytes <= 4096 and (not refused(numbers) or mean <= 50 and meanbytes <= 2048)
end

local function origins(there, added)
  local ok, all = pcall(cjson.decode, there)
  if not ok or type(all) ~= 'table' then all = {} end
  for _, one in ipairs(cjson.decode(added)) do
    local origin, numbers = one[1], {one[2], one[3], one[4]}
    if not all[origin] and not fits(all, origin, numbers) then origin = 'others' end
    local before = all[origin] or {0, 0, 0}
    for i = 1, 3 do numbers[i] = numbers[i] + (before[i] or 0) end
    all[origin] = numbers
  end
  return cjson.encode(all)
end

-- use: a moment, and the names of what was used then. Only later moments count.

local function used(key, added)
  local names, later = {}, {}
  for word in string.gmatch(added, '%S+') do names[#names + 1] = word end
  local moment = table.remove(names, 1)
  for _, name in ipairs(names) do
    local before = tonumber(redis.pcall('HGET', key, name) or nil)
    if not before or before < tonumber(moment) then
      later[#later + 1] = name
      later[#later + 1] = moment
    end
  end
  return later
end

-- All is worked out before anything is written: a fault would leave half of it, and be met again.

local function get(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value or ''
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

redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for i = 2, #KEYS do
  local life = ARGV[3 * i - 2]
  if type(result[i]) == 'string' then
    redis.call('SET', KEYS[i], result[i], 'EX', life)
  elseif #result[i] > 0 then
    redis.pcall('HSET', KEYS[i], unpack(result[i]))
    redis.call('EXPIRE', KEYS[i], life)
  end
end
return 1
