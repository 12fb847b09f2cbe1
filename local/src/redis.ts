export { findRedis, type Redis, type RedisOptions } from '@souk/embedded';
