-- CreateTable
CREATE TABLE "room_request" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "declined_at" TIMESTAMPTZ(3),

    CONSTRAINT "room_request_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateIndex
CREATE INDEX "room_request_user_id_declined_at_room_id_idx" ON "room_request"("user_id", "declined_at", "room_id");

-- AddForeignKey
ALTER TABLE "room_request" ADD CONSTRAINT "room_request_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;
