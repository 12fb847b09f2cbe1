-- A process of the release before signs people in without saying when they proved who they are: just then.
ALTER TABLE "session" ALTER COLUMN "authenticated_at" SET DEFAULT CURRENT_TIMESTAMP;
