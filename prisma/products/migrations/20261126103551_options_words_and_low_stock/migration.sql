-- CreateTable
CREATE TABLE "product_option_value" (
    "product_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "product_option_value_pkey" PRIMARY KEY ("product_id","name","value")
);

-- CreateTable
CREATE TABLE "product_word" (
    "word" TEXT COLLATE "C" NOT NULL,
    "grams" TEXT[],

    CONSTRAINT "product_word_pkey" PRIMARY KEY ("word")
);

-- CreateTable
CREATE TABLE "low_stock" (
    "variant_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,

    CONSTRAINT "low_stock_pkey" PRIMARY KEY ("variant_id")
);

-- CreateIndex
CREATE INDEX "product_option_value_name_value_product_id_idx" ON "product_option_value"("name", "value", "product_id");

-- CreateIndex
CREATE INDEX "product_word_grams_idx" ON "product_word" USING GIN ("grams");

-- CreateIndex
CREATE INDEX "low_stock_seller_id_variant_id_idx" ON "low_stock"("seller_id", "variant_id");

-- AddForeignKey
ALTER TABLE "product_option_value" ADD CONSTRAINT "product_option_value_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "low_stock" ADD CONSTRAINT "low_stock_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "product_variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What products are: their variants' options, each once.
CREATE FUNCTION options_of(ids text[]) RETURNS SETOF product_option_value LANGUAGE sql STABLE AS $$
  SELECT DISTINCT v.product_id, o.value->>'name', o.value->>'value'
  FROM product_variant v CROSS JOIN LATERAL jsonb_array_elements(v.selected_options) o
  WHERE ids IS NULL OR v.product_id = ANY(ids)
$$;
CREATE FUNCTION keep_options() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids text[] := (SELECT array_agg(DISTINCT product_id ORDER BY product_id) FROM changed);
BEGIN
  DELETE FROM product_option_value o WHERE o.product_id = ANY(ids) AND NOT EXISTS (
    SELECT 1 FROM options_of(ids) n WHERE (n.product_id, n.name, n.value) = (o.product_id, o.name, o.value));
  INSERT INTO product_option_value SELECT n.* FROM options_of(ids) n JOIN product p ON p.id = n.product_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER options_of_new AFTER INSERT ON product_variant
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_options();
CREATE TRIGGER options_of_changed AFTER UPDATE ON product_variant
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_options();
CREATE TRIGGER options_of_removed AFTER DELETE ON product_variant
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_options();
INSERT INTO product_option_value SELECT * FROM options_of(NULL);

-- A word three by three, with its beginning and end: `lamp` gives `  l`, ` la`, `lam`, `amp`, `mp `. By code
-- points alone, so the same on every server.
CREATE FUNCTION grams_of(word text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(DISTINCT substr('  ' || word || ' ', n, 3)) FROM generate_series(1, char_length(word) + 1) n
$$;
-- What was never on sale tells nobody of its words.
CREATE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_word (word, grams)
  SELECT lexeme, grams_of(lexeme) FROM unnest(tsvector_to_array(ts_filter(NEW.search, '{a}'))) AS lexeme
  WHERE char_length(lexeme) BETWEEN 4 AND 40 ORDER BY lexeme COLLATE "C"
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER words_of_title AFTER INSERT OR UPDATE OF search, published_at ON product FOR EACH ROW
  WHEN (NEW.published_at IS NOT NULL AND NEW.search IS NOT NULL) EXECUTE FUNCTION keep_words();
INSERT INTO product_word (word, grams)
SELECT DISTINCT lexeme, grams_of(lexeme)
FROM product p, unnest(tsvector_to_array(ts_filter(p.search, '{a}'))) AS lexeme
WHERE p.published_at IS NOT NULL AND char_length(lexeme) BETWEEN 4 AND 40;

-- Of stock, only what becomes low or ceases to be touches another row.
CREATE FUNCTION is_low(item stock_item) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(item.on_hand - item.reserved <= item.low_stock_threshold, false)
$$;
CREATE FUNCTION keep_low_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF is_low(NEW) THEN
    INSERT INTO low_stock (variant_id, seller_id)
    SELECT v.id, v.seller_id FROM product_variant v WHERE v.id = NEW.variant_id ON CONFLICT DO NOTHING;
  ELSIF TG_OP = 'UPDATE' AND is_low(OLD) THEN
    DELETE FROM low_stock WHERE variant_id = NEW.variant_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER low_stock_of_new AFTER INSERT ON stock_item FOR EACH ROW
  WHEN (is_low(NEW)) EXECUTE FUNCTION keep_low_stock();
CREATE TRIGGER low_stock_of_changed AFTER UPDATE ON stock_item FOR EACH ROW
  WHEN (is_low(OLD) <> is_low(NEW)) EXECUTE FUNCTION keep_low_stock();
INSERT INTO low_stock (variant_id, seller_id)
SELECT v.id, v.seller_id FROM stock_item s JOIN product_variant v ON v.id = s.variant_id WHERE is_low(s);
