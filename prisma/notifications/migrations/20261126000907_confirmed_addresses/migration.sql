-- CreateTable
CREATE TABLE "mail_address" (
    "user_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "mail_address_pkey" PRIMARY KEY ("user_id")
);
