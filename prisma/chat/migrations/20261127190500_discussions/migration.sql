-- AlterTable
ALTER TABLE "message_embed" ADD COLUMN     "is_public" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "room_id" TEXT;

-- By a trigger, so that what processes of the release before show has its place as well.
CREATE FUNCTION place_message_embed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT m.room_id, r.kind = 'PUBLIC' INTO NEW.room_id, NEW.is_public
  FROM message m JOIN room r ON r.id = m.room_id WHERE m.id = NEW.message_id;
  RETURN NEW;
END $$;
CREATE TRIGGER place_message_embed BEFORE INSERT ON message_embed
  FOR EACH ROW EXECUTE FUNCTION place_message_embed();

UPDATE message_embed e SET room_id = m.room_id, is_public = r.kind = 'PUBLIC'
FROM message m JOIN room r ON r.id = m.room_id WHERE m.id = e.message_id;

-- DropIndex
DROP INDEX "message_embed_entity_id_idx";

-- CreateIndex
CREATE INDEX "message_embed_entity_id_room_id_message_id_idx" ON "message_embed"("entity_id", "room_id", "message_id");

-- Where everybody reads it, the newest first.
CREATE INDEX message_embed_public ON message_embed (entity_id, message_id DESC) WHERE is_public;

-- The directory of public rooms holds no discussions, however many there are with newer talk.
DROP INDEX room_public_directory;
CREATE INDEX room_public_directory ON room (coalesce(last_message_at, created_at) DESC, id DESC)
  WHERE kind = 'PUBLIC' AND archived_at IS NULL AND entity_id IS NULL;
