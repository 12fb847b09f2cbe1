-- DropTable
DROP TABLE "customer";
