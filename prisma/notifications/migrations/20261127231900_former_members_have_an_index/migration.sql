-- It held members, too.
DROP INDEX "group_standing_changed_at_idx";
