/** How many codes replace the app; each works once. */
export const RECOVERY_CODES = 10;
/** There are 32^10 of them, which makes guessing one of ten hopeless. */
export const RECOVERY_CODE_LENGTH = 10;
