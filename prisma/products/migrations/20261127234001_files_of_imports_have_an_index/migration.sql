-- That of the files of imports alone stands in its place.
DROP INDEX "own_media_kept_at_idx";
