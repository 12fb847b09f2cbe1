-- It held the carts of people who have an account, too.
DROP INDEX "cart_updated_at_idx";
