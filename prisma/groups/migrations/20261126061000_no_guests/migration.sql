-- The role GUEST is gone; who had it is a member.
UPDATE "membership" SET "role" = 'MEMBER' WHERE "role" = 'GUEST';
UPDATE "invite" SET "role" = 'MEMBER' WHERE "role" = 'GUEST';
