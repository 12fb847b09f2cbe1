/** The part of the runtime that pure domain rules may know: errors, ids, time, texts. No I/O behind it. */
export * from './clock.ts';
export * from './errors/common-errors.ts';
export * from './errors/domain-error.ts';
export * from './errors/several-errors.ts';
export { type Role, scopesOf, type Viewer } from './identity/viewer.ts';
export * from './ids/fresh-ids.ts';
export * from './ids/typed-id.ts';
export * from './money/currencies.ts';
export type { Activity } from './presence/activity.ts';
export * from './stock/told-quantity.ts';
export * from './text/checked-whole.ts';
export * from './text/email-address.ts';
export * from './text/graphemes.ts';
export * from './text/scalar-rules.ts';
export * from './text/text-rules.ts';
