-- Keeps a registry that has lost writes from being written to, until it is replaced: a collector has served more than is
-- here. Once the data are back the fence is gone with what it stood in.
--
-- KEYS: head. ARGV: birth, revision and last entry as the collector has seen them, so that nothing is fenced that has
-- changed since; and the revision that it has served, with the birth of that registry behind it.

local head = redis.call('HMGET', KEYS[1], 'birth', 'revision', 'entry')
for i = 1, 3 do
  if (head[i] or '') ~= ARGV[i] then return 0 end
end
redis.call('HSET', KEYS[1], 'fence', ARGV[4])
return 1
