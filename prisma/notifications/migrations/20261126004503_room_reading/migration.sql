-- CreateTable
CREATE TABLE "room_reading" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "room_reading_pkey" PRIMARY KEY ("room_id","user_id")
);
