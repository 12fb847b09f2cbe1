-- CreateTable
CREATE TABLE "followed_cart" (
    "key" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "followed_cart_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "followed_cart_until_idx" ON "followed_cart"("until");
