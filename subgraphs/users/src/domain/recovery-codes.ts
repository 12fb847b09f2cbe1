/** How many stand in for the app; each works once. */
export const RECOVERY_CODES = 10;
/** 32 to the power of 10 of them: nobody guesses one among ten. */
export const RECOVERY_CODE_LENGTH = 10;
