-- Without a list of entries still to sort in, which every look for a word that is nearly right would read to its end.
ALTER INDEX product_word_grams_idx SET (fastupdate = off);
