/** The part of the runtime that pure domain rules may know: errors, ids, time, texts. No I/O behind it. */
export * from './clock.ts';
export * from './errors/common-errors.ts';
export * from './errors/domain-error.ts';
export { type Role, scopesOf, type Viewer } from './identity/viewer.ts';
export * from './ids/typed-id.ts';
export * from './text/checked-text.ts';
