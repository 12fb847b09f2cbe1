/** Says what the start is doing, each step with the seconds that have passed since the process began. */
export function progress(step: string): void {
  console.log(`  ${process.uptime().toFixed(1).padStart(5)} s  ${step}`);
}
