-- CreateTable
CREATE TABLE "suspended_user" (
    "user_id" TEXT NOT NULL,
    "is_over" BOOLEAN NOT NULL,
    "until" TIMESTAMPTZ(3),
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "suspended_user_pkey" PRIMARY KEY ("user_id")
);
