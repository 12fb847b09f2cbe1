/**
 * Presence in Redis uses three kinds of keys that share one hash tag (and thus one Redis Cluster slot). All
 * times are milliseconds of the Redis server's clock, so that processes need not agree on theirs:
 *
 *     {<prefix>:presence}:leases:<userId>   sorted set: connection → when its lease ends; the key
 *                                           itself ends with the last lease
 *     {<prefix>:presence}:users             sorted set: user → when the last lease ends
 *     {<prefix>:presence}:active            hash: user → when the person last did something
 *
 * A lease is valid until its end. A user in `users` whose time has passed is one whose end has not been
 * reported yet: `expire` reports and removes in one step, so only one caller gets it.
 */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS users, active, then the leases of each user. ARGV for each: user, connection, ttl, activity ('' when
 * unknown); an empty ttl ends the lease. Returns 1 for each lease that was the first, or the last valid one.
 */
export const KEEP = `${NOW}
local function ends(user, leases)
  local last = redis.call('ZREVRANGE', leases, 0, 0, 'WITHSCORES')[2]
  if last then
    redis.call('PEXPIREAT', leases, last)
    redis.call('ZADD', KEYS[1], last, user)
  end
  return last
end

local function renew(user, leases, connection, ttl, activity)
  local first = redis.call('ZCARD', leases) == 0
  redis.call('ZADD', leases, now + ttl, connection)
  ends(user, leases)
  if first then redis.call('HDEL', KEYS[2], user) end
  if activity ~= '' then
    local known = redis.call('HGET', KEYS[2], user)
    if not known or tonumber(known) < tonumber(activity) then
      redis.call('HSET', KEYS[2], user, activity)
    end
  end
  return first and 1 or 0
end

local function release(user, leases, connection)
  if redis.call('ZREM', leases, connection) == 0 then return 0 end
  if ends(user, leases) then return 0 end
  redis.call('ZREM', KEYS[1], user)
  redis.call('HDEL', KEYS[2], user)
  return 1
end

local answer = {}
for i = 1, #KEYS - 2 do
  local leases = KEYS[i + 2]
  local user, connection, ttl, activity = unpack(ARGV, 4 * i - 3, 4 * i)
  redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)
  answer[i] = ttl == '' and release(user, leases, connection)
    or renew(user, leases, connection, ttl, activity)
end
return answer
`;

/** KEYS active, then the leases of each user. ARGV the users. Returns pairs of valid leases and activity. */
export const CONNECTED = `${NOW}
local answer = {}
for i, user in ipairs(ARGV) do
  answer[2 * i - 1] = redis.call('ZCOUNT', KEYS[i + 1], '(' .. now, '+inf')
  answer[2 * i] = redis.call('HGET', KEYS[1], user)
end
return answer
`;

/** KEYS users, active. ARGV the maximum. Returns and removes the users whose last lease has ended. */
export const EXPIRE = `${NOW}
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
  redis.call('HDEL', KEYS[2], unpack(gone))
end
return gone
`;
