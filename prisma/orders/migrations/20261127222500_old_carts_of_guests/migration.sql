-- Carts of guests go when they are old; those of people who have an account stay, and are not looked at for it.
DROP INDEX "cart_updated_at_idx";
CREATE INDEX "cart_of_guest" ON "cart" ("updated_at") WHERE "owner_id" IS NULL;
