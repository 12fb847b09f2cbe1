/** This many points in a window that begins with the first use. */
export interface Rate {
  readonly points: number;
  readonly perSeconds: number;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/**
 * `20/15m` is twenty in fifteen minutes; `off` is no limit. Throws an error that explains the format for
 * anything else.
 */
export function parseRate(text: string): Rate | 'off' {
  if (text === 'off') return 'off';
  const [, points, length = '1', unit = ''] = /^(\d{1,9})\/(\d{1,5})?([smhd])$/.exec(text) ?? [];
  const rate = { points: Number(points), perSeconds: Number(length) * (SECONDS[unit] ?? 0) };
  if (rate.points >= 1 && rate.perSeconds >= 1) return rate;
  throw new Error(`must be a rate such as 20/15m (units s, m, h, d) or "off", not "${text}".`);
}

/** Writes what `parseRate` reads. */
export function formatRate(rate: Rate | 'off'): string {
  if (rate === 'off') return rate;
  const units = Object.entries(SECONDS).reverse();
  const [unit, seconds] = units.find(([, length]) => rate.perSeconds % length === 0) ?? ['s', 1];
  return `${rate.points}/${rate.perSeconds / seconds}${unit}`;
}
