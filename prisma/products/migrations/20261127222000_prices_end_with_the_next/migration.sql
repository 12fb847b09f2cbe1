-- Old prices go where the next one is written down: by their age alone they were looked at every hour, and most stay.
DROP INDEX "price_change_changed_at_idx";
