/** What is known of somebody's doings lately, on any device; for Souk's own decisions, shown to nobody. */
export interface Activity {
  lastActiveAt: Date | null;
  /** When a device last said that the room is on its screen. */
  lookedAtRoomAt: Date | null;
}
