-- CreateTable
CREATE TABLE "settled_subject" (
    "user_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "settled_at" TIMESTAMPTZ(3) NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "settled_subject_pkey" PRIMARY KEY ("user_id","subject")
);

-- CreateIndex
CREATE INDEX "settled_subject_noted_at_idx" ON "settled_subject"("noted_at");
