-- In a migration of its own, so that neither table stays locked for it as ALTER TABLE locks them.
-- A decision has the time and the moderator of the ban that it made, which a later ban replaces.
UPDATE "room_ban" b SET "report_id" = r."id" FROM "report" r
WHERE r."room_id" = b."room_id" AND r."author_id" = b."user_id" AND r."outcome" = 'AUTHOR_BANNED'
  AND r."decided_at" = b."created_at" AND r."decided_by" = b."banned_by";
