/** What was found in some rooms, each looked into from its newest message down to some place. */
export interface FoundInRooms {
  readonly ids: string[];
  /** Of each room that was not looked into to its end, the newest message that was not looked at, if it may come before those found. */
  readonly unseen: string[];
}

/**
 * What is found for certain, newest first: nothing that was not looked at can lie before it. `goesOnAt` is where to look
 * further, as a position behind which the rest lies; null when all was looked at.
 */
export function cutAt({ ids, unseen }: FoundInRooms, newestOfOthers: string | null) {
  const rest = [...unseen, ...(newestOfOthers === null ? [] : [newestOfOthers])].sort().at(-1);
  const certain = rest === undefined ? ids : ids.filter((id) => id > rest);
  // What comes right before a position is never longer than it: so this one is looked at next.
  return {
    ids: [...certain].sort().reverse(),
    goesOnAt: rest === undefined ? null : `${rest}0`,
  };
}
