-- The copy of who has which role in a group: GUEST is gone, who had it is a member.
UPDATE "group_membership" SET "role" = 'MEMBER' WHERE "role" = 'GUEST';
