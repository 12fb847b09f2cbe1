/**
 * What the server sees of our environment. Nothing named PG*, which would change its behaviour; the
 * time zone fixed, since initdb otherwise compares every zone file of the system with the clock.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
