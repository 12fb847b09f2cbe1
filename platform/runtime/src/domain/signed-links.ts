import type { SignedCursors } from './signed-cursors.ts';

/** What a link permits, until this time (in seconds). */
export interface Grant {
  readonly expires: number;
}

/** Links that carry what they permit: they are signed, so no row has to be read. */
export interface SignedLinks {
  /** `purpose` binds the link to one use; `path` is what it leads to. */
  to(path: string, purpose: string, grant: Grant): string;
  /** What the end of a link permits, or null when it is not ours, is for another use, or has expired. */
  open<Granted extends Grant>(purpose: string, token: string, now: Date): Granted | null;
}

/** @param baseUrl where clients reach this process, which may be known only once it serves */
export const createSignedLinks = (signed: SignedCursors, baseUrl: () => string): SignedLinks => ({
  to: (path, purpose, grant) =>
    `${baseUrl().replace(/\/$/, '')}${path}${signed.sign(purpose, grant)}`,
  open: <Granted extends Grant>(purpose: string, token: string, now: Date) => {
    try {
      const grant = signed.verify(purpose, token) as Granted;
      return grant.expires * 1_000 > now.getTime() ? grant : null;
    } catch {
      return null;
    }
  },
});
