/**
 * Presence in Redis, three kinds of keys that share one hash tag (so one Redis Cluster slot), all
 * times in milliseconds of the Redis server's clock, so that processes need not agree on theirs:
 *
 *     {<prefix>:presence}:leases:<userId>   sorted set: connection → when its lease ends; the key
 *                                           itself ends with the last lease
 *     {<prefix>:presence}:users             sorted set: user → when the last lease ends
 *     {<prefix>:presence}:active            hash: user → when the person last did something
 *
 * A lease lives while its end lies ahead. A user in `users` whose time has passed is one whose end
 * has not been reported yet: `expire` reports and removes in one step, so only one caller gets it.
 */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS leases, users, active. ARGV user, connection, ttl, activity ('' when unknown). 1 = first. */
export const RENEW = `${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local first = redis.call('ZCARD', KEYS[1]) == 0
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[1], last)
redis.call('ZADD', KEYS[2], last, ARGV[1])
if first then redis.call('HDEL', KEYS[3], ARGV[1]) end
if ARGV[4] ~= '' then
  local known = redis.call('HGET', KEYS[3], ARGV[1])
  if not known or tonumber(known) < tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
  end
end
return first and 1 or 0
`;

/** KEYS leases, users, active. ARGV user, connection. 1 = it was the last living one. */
export const RELEASE = `${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZREM', KEYS[1], ARGV[2]) == 0 then return 0 end
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if last then
  redis.call('PEXPIREAT', KEYS[1], last)
  redis.call('ZADD', KEYS[2], last, ARGV[1])
  return 0
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
`;

/** KEYS active, then the leases of each user. ARGV the users. Pairs of living leases, activity. */
export const CONNECTED = `${NOW}
local answer = {}
for i, user in ipairs(ARGV) do
  answer[2 * i - 1] = redis.call('ZCOUNT', KEYS[i + 1], '(' .. now, '+inf')
  answer[2 * i] = redis.call('HGET', KEYS[1], user)
end
return answer
`;

/** KEYS users, active. ARGV how many at most. The users whose last lease ended, removed. */
export const EXPIRE = `${NOW}
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
  redis.call('HDEL', KEYS[2], unpack(gone))
end
return gone
`;
