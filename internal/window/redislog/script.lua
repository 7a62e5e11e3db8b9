-- Decides the batches of one organization, all at one moment, with the coalesced sliding logs of package window: one for
-- the organization, KEYS[1], and one for each token, KEYS[2] and so on. request.go has the encoding of ARGV[1],
-- reply.go that of the answer.
--
-- A log is stored as a head of total, first, last, count (the newest entry), born and oldest, followed by the sealed
-- entries (last, count), oldest first. Most charges merge into the newest entry, so they read and write the head only;
-- the entries are read when one must leave or be added. All numbers are doubles, exact up to 2^53; moments are
-- microseconds of this server's clock, so no collector's clock matters.

local HOLD = 60000000 -- a span counts until it is more than this old: window.Hold
local ENTRY = 16 -- bytes of a sealed entry; the head has 48
local pack, unpack, sub, min = struct.pack, struct.unpack, string.sub, math.min

local request = ARGV[1]
local now, grain, lease, limit, claim, debts, sections, at = unpack('<ddddddd', request)
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- entries reads the sealed entries of a log.
local function entries(log)
  if not log.entries then log.entries = redis.call('GETRANGE', log.key, '48', '-1') end
  return log.entries
end

-- rewrite replaces the sealed entries of a log.
local function rewrite(log, sealed)
  log.entries, log.changed, log.moved = sealed, true, true
  log.oldest = #sealed > 0 and unpack('<d', sealed) or 0
end

-- expire drops what has left, in the log at hand: it is written only if something is charged.
local function expire(log)
  if now - log.last > HOLD then
    log.total, log.first, log.last, log.count, log.oldest, log.entries = 0, 0, 0, 0, 0, ''
    return
  end
  local sealed, from = entries(log), 1
  while from <= #sealed do
    local last, count = unpack('<dd', sealed, from)
    if now - last <= HOLD then break end
    log.total, from = log.total - count, from + ENTRY
  end
  local changed = log.changed
  rewrite(log, sub(sealed, from))
  log.changed = changed
end

-- load reads a log as it is at now. held and birth tell what it is if the call changes nothing.
local function load(key)
  local head = redis.call('GETRANGE', key, '0', '47')
  if head == '' then
    return {key = key, total = 0, first = 0, last = 0, count = 0, born = 0, oldest = 0, entries = '',
      held = 0, birth = 0}
  end
  local total, first, last, count, born, oldest = unpack('<dddddd', head)
  local log = {key = key, total = total, first = first, last = last, count = count, born = born, oldest = oldest}
  if now - last > HOLD or (oldest > 0 and now - oldest > HOLD) then expire(log) end
  log.held, log.birth = log.total, born
  return log
end

-- put charges n at moment, or at the log's last moment if the clock stepped back: longer, never shorter.
local function put(log, moment, n)
  if moment < log.last then moment = log.last end
  if log.count > 0 and moment - log.first >= grain then
    rewrite(log, entries(log) .. pack('<dd', log.last, log.count))
    log.count = 0
  end
  if log.count == 0 then log.first, log.moved = moment, true end
  log.total, log.count, log.last, log.changed = log.total + n, log.count + n, moment, true
end

-- backdate charges n at a moment of the past: to the first entry that leaves no earlier, else as put does.
local function backdate(log, moment, n)
  if now - moment > HOLD then return end
  local sealed = entries(log)
  local low, high = 0, #sealed / ENTRY -- the first entry that leaves no earlier is behind low, and at most at high
  while low < high do
    local middle = math.floor((low + high) / 2)
    if unpack('<d', sealed, middle * ENTRY + 1) >= moment then high = middle else low = middle + 1 end
  end
  local from = low * ENTRY + 1
  if from > #sealed then return put(log, moment, n) end
  local last, count = unpack('<dd', sealed, from)
  rewrite(log, sub(sealed, 1, from - 1) .. pack('<dd', last, count + n) .. sub(sealed, from + ENTRY))
  log.total = log.total + n
end

-- refund takes back n that were charged at date in vain, from the entry that they are in or earlier ones. Those leave no
-- later, so the total falls by n at once, and is never below the truth later.
local function refund(log, n, date)
  n = min(n, log.total)
  if n <= 0 or now - date > HOLD or log.last < date then return end
  local sealed = entries(log)
  local from = #sealed + 1 -- the newest entry is behind the sealed ones
  while from > 1 and unpack('<d', sealed, from - ENTRY) >= date do from = from - ENTRY end
  if from > #sealed then
    local part = min(n, log.count)
    log.total, log.count, n, from = log.total - part, log.count - part, n - part, from - ENTRY
  end
  while n > 0 and from > 0 do
    local last, count = unpack('<dd', sealed, from)
    local part = min(n, count)
    local rest = part < count and pack('<dd', last, count - part) or ''
    sealed = sub(sealed, 1, from - 1) .. rest .. sub(sealed, from + ENTRY)
    log.total, n, from = log.total - part, n - part, from - ENTRY
  end
  rewrite(log, sealed)
end

-- settle charges what was admitted without this log. It returns 1 if the log is not the one that the caller knew: then
-- Redis has lost it.
local function settle(log, known, debts)
  for _ = 1, debts do
    local age, n
    age, n, at = unpack('<dd', request, at)
    backdate(log, now - age, n)
  end
  return (known ~= 0 and known ~= log.born) and 1 or 0
end

-- room is what a lease may take: a tenth of what is left, and of the limit less what is dated after now.
local function room(log, limit)
  local ahead = 0
  if log.last > now then
    ahead = log.count
    local sealed = entries(log)
    for from = #sealed - ENTRY + 1, 1, -ENTRY do
      local last, count = unpack('<dd', sealed, from)
      if last <= now then break end
      ahead = ahead + count
    end
  end
  return math.floor(min((limit - log.total) / 10, limit / 10 - ahead))
end

-- save writes a log that was changed. It lives until its last span has left; only rewriting it prolongs that, which is
-- done whenever an entry is opened.
local function save(log)
  local head = pack('<dddddd', log.total, log.first, log.last, log.count, log.born, log.oldest)
  if log.moved then
    local life = math.ceil((HOLD + 2 * grain + lease) / 1000) + 10000
    redis.call('SET', log.key, head .. entries(log), 'PX', life)
  else
    redis.call('SETRANGE', log.key, '0', head)
  end
end

-- unchanged is what the answer tells of a log, if there is one, when nothing was done.
local function unchanged(log)
  return pack('<ddd', log and log.held or 0, log and log.birth or 0, 0)
end

-- state is what the answer tells of a log otherwise: all entries only to a caller that was refused.
local function state(log, refused)
  if not log then return pack('<ddd', 0, 0, 0) end
  if log.changed and log.born == 0 then log.born = now end
  local steps = refused and entries(log) .. pack('<dd', log.last, log.count) or ''
  return pack('<ddd', log.total, log.born, #steps) .. steps
end

local organization
local organizationLimit, lost = limit, 0
if limit >= 0 then
  organization = load(KEYS[1])
  lost = settle(organization, claim, debts)
end

-- charge charges n at moment to both scopes.
local function charge(token, moment, n)
  if token then put(token, moment, n) end
  if organization then put(organization, moment, n) end
end

-- decide reads so many batches and charges those that fit. It returns a digit for each, and whether any was refused.
local function decide(token, limit, batches)
  local codes, sum, refused = '', 0, false
  for _ = 1, batches do
    local n
    n, at = unpack('<d', request, at)
    if token and token.total + sum + n > limit then
      codes, refused = codes .. '1', true
    elseif organization and organization.total + sum + n > organizationLimit then
      codes, refused = codes .. '2', true
    else
      codes, sum = codes .. '0', sum + n
    end
  end
  if sum > 0 then charge(token, now, sum) end
  return codes, refused
end

-- lend charges a lease at its end, and returns its size: 0 if there is no room for one of use.
local function lend(token, limit, want, least)
  local grant = want
  if token then grant = min(grant, room(token, limit)) end
  if organization then grant = min(grant, room(organization, organizationLimit)) end
  if grant < least or grant <= 0 then return 0 end
  charge(token, now + lease, grant)
  return grant
end

local logs, owners, parts, shown = {}, {}, {}, false
for i = 1, sections do
  local key, limit, claim, debts, back, date, want, least, weights
  key, limit, claim, debts, back, date, want, least, weights, at = unpack('<ddddddddd', request, at)
  local token
  if key > 0 then
    token = load(KEYS[key])
    logs[#logs + 1], owners[i] = token, token
    if settle(token, claim, debts) == 1 then lost = 1 end
  end
  if back > 0 then
    if token then refund(token, back, date) end
    if organization then refund(organization, back, date) end
  end

  local codes, refused = decide(token, limit, weights)
  local grant = 0
  if want > 0 and not refused then grant = lend(token, limit, want, least) end
  shown = shown or refused
  parts[i] = pack('<d', grant) .. state(token, refused) .. codes
end

if lost == 1 then
  for i = 1, sections do parts[i] = pack('<d', 0) .. unchanged(owners[i]) end
  return pack('<dd', now, lost) .. unchanged(organization) .. table.concat(parts)
end

local answer = pack('<dd', now, lost) .. state(organization, shown) .. table.concat(parts)
logs[#logs + 1] = organization
for _, log in ipairs(logs) do
  if log.changed then save(log) end
end
return answer
