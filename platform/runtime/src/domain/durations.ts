/** Milliseconds of what people count time in; a day has 24 hours here, in whatever zone. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
