import type { SignedCursors } from './signed-cursors.ts';

/** What a link allows, until then (in seconds). */
export interface Grant {
  readonly expires: number;
}

/** Links that say themselves what they allow: signed, so that no row is read to know it. */
export interface SignedLinks {
  /** `purpose` binds the link to one use; `path` is what it leads to. */
  to(path: string, purpose: string, grant: Grant): string;
  /** What the end of a link allows, or null when it is none of ours, of another use, or over. */
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
