-- What is forgotten is who is no member any more; members stay, and are not looked at for it.
DROP INDEX "group_standing_changed_at_idx";
CREATE INDEX "group_standing_former" ON "group_standing" ("changed_at") WHERE "role" IS NULL;
