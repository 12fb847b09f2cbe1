/** A LIKE pattern for texts that contain this one literally, wildcards and all. */
export const containing = (text: string): string =>
  `%${text.replace(/[\\%_]/g, (wildcard) => `\\${wildcard}`)}%`;
