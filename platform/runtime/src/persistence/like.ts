const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A LIKE pattern for texts that contain this one literally, wildcards and all. */
export const containing = (text: string): string => `%${literal(text)}%`;

/** A LIKE pattern for texts that begin with this one literally, wildcards and all. */
export const beginningWith = (text: string): string => `${literal(text)}%`;
