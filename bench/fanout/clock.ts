const OFFSET = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds on the machine's own clock, which all its processes share. */
export const machineTime = (): number => performance.now() + OFFSET;
