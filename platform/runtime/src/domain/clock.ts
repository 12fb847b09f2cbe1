/** Time as a dependency, so that rules are tested without waiting. */
export type Clock = () => Date;
export const systemClock: Clock = () => new Date();
