-- CreateTable
CREATE TABLE "category_tree" (
    "id" TEXT NOT NULL,
    "categories" JSONB NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "category_tree_pkey" PRIMARY KEY ("id")
);
