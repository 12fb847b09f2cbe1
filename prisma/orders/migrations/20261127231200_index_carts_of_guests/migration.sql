-- souk: no transaction
-- Carts of guests go when they are old; those of people who have an account stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY cart_of_guest ON cart (updated_at) WHERE owner_id IS NULL;
