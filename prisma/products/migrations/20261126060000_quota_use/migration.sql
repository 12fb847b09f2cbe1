-- CreateTable
CREATE TABLE "quota_use" (
    "user_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("user_id","rule")
);
