import { generateSecret, generateURI, verify } from 'otplib';

/** Seconds for which a code is valid, by RFC 6238. */
const PERIOD = 30;
/** The previous and the next code are accepted as well: clocks differ, and people need time to type. */
const TOLERANCE = 30;
const FORM = /^\d{6}$/;
const ISSUER = 'Souk';

/** 160 bits, as RFC 4226 requires, in base32. */
export const newTotpSecret = (): string => generateSecret();

/** What an authenticator app scans. */
export const otpauthUri = (secret: string, label: string): string =>
  generateURI({ issuer: ISSUER, label, secret });

/** The step that a code belongs to; null when it is wrong, or not later than the last accepted one. */
export async function totpStep(
  { secret, lastStep }: { secret: string; lastStep: number | null },
  typed: string,
  now: Date,
): Promise<number | null> {
  const token = typed.normalize('NFKC').replace(/\s/g, '');
  if (!FORM.test(token)) return null;
  const epoch = Math.floor(now.getTime() / 1_000);
  const result = await verify({ secret, token, epoch, period: PERIOD, epochTolerance: TOLERANCE });
  if (!result.valid) return null;
  const step = Math.floor(epoch / PERIOD) + result.delta;
  return lastStep !== null && step <= lastStep ? null : step;
}
