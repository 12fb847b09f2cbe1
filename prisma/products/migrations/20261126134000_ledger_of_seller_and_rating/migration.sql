-- The ledger of all that a seller has. What is there already follows in a migration of its own.
ALTER TABLE "stock_movement" ADD COLUMN     "seller_id" TEXT;

-- CreateTable
CREATE TABLE "seller_rating" (
    "seller_id" TEXT NOT NULL,
    "one" INTEGER NOT NULL DEFAULT 0,
    "two" INTEGER NOT NULL DEFAULT 0,
    "three" INTEGER NOT NULL DEFAULT 0,
    "four" INTEGER NOT NULL DEFAULT 0,
    "five" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "seller_rating_pkey" PRIMARY KEY ("seller_id")
);

-- CreateIndex
CREATE INDEX "review_report_reported_at_idx" ON "review_report"("reported_at");

ALTER TABLE seller_rating
  ADD CONSTRAINT seller_rating_counts CHECK (least(one, two, three, four, five) >= 0);

-- By a trigger, so that a release before this one writes it too.
CREATE FUNCTION seller_of_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seller_id := (SELECT v.seller_id FROM product_variant v WHERE v.id = NEW.variant_id);
  RETURN NEW;
END $$;
CREATE TRIGGER seller_of_movement BEFORE INSERT ON stock_movement FOR EACH ROW
  WHEN (NEW.seller_id IS NULL) EXECUTE FUNCTION seller_of_movement();

-- What a change of a product's counts adds is added to its seller's in the same statement: whoever changes
-- another product of the seller at once waits for the row and adds to what is there by then.
CREATE FUNCTION keep_seller_rating() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was product_rating := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD END;
  now_ product_rating := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW END;
  seller text := (SELECT p.seller_id FROM product p WHERE p.id = coalesce(now_.product_id, was.product_id));
BEGIN
  IF seller IS NULL THEN RETURN NULL; END IF;
  INSERT INTO seller_rating (seller_id) VALUES (seller) ON CONFLICT DO NOTHING;
  UPDATE seller_rating SET
    one = one + coalesce(now_.one, 0) - coalesce(was.one, 0),
    two = two + coalesce(now_.two, 0) - coalesce(was.two, 0),
    three = three + coalesce(now_.three, 0) - coalesce(was.three, 0),
    four = four + coalesce(now_.four, 0) - coalesce(was.four, 0),
    five = five + coalesce(now_.five, 0) - coalesce(was.five, 0)
  WHERE seller_id = seller;
  RETURN NULL;
END $$;
LOCK TABLE product_rating IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO seller_rating (seller_id, one, two, three, four, five)
SELECT p.seller_id, sum(r.one), sum(r.two), sum(r.three), sum(r.four), sum(r.five)
FROM product_rating r JOIN product p ON p.id = r.product_id GROUP BY p.seller_id;
CREATE TRIGGER rating_of_seller AFTER INSERT OR UPDATE OR DELETE ON product_rating FOR EACH ROW
  EXECUTE FUNCTION keep_seller_rating();
