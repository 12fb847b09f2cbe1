import type { CreateProductInput } from '../domain/new-product.ts';

export interface DemoCategory {
  slug: string;
  name: string;
  parent: string | null;
}

export interface DemoProduct extends Omit<CreateProductInput, 'categoryIds'> {
  slug: string;
  category: string;
}

export const demoCategories: readonly DemoCategory[] = [
  { slug: 'home', name: 'Home', parent: null },
  { slug: 'lighting', name: 'Lighting', parent: 'home' },
  { slug: 'kitchen', name: 'Kitchen', parent: 'home' },
  { slug: 'clothing', name: 'Clothing', parent: null },
  { slug: 'food', name: 'Food', parent: null },
];

type DemoVariant = DemoProduct['variants'][number];

const euros = (amount: number) => ({ minorUnits: Math.round(amount * 100), currency: 'EUR' });

const variant = (
  sku: string,
  price: number,
  openingStock: number,
  weightGrams: number,
): DemoVariant => ({ sku, price: euros(price), openingStock, weightGrams });

const one = (...given: Parameters<typeof variant>) => [variant(...given)];

/** Variants that differ in one option. */
const by = (name: string, variants: Record<string, DemoVariant>) => ({
  options: [{ name, values: Object.keys(variants) }],
  variants: Object.entries(variants).map(([value, given]) => ({
    ...given,
    selectedOptions: [{ name, value }],
  })),
});

export const demoProducts: readonly DemoProduct[] = [
  {
    slug: 'pierced-brass-lantern',
    title: 'Pierced brass lantern',
    description: 'Cut by hand in Fez; throws a field of small stars on the wall. For a tea light.',
    category: 'lighting',
    variants: one('LAN-BRASS', 64, 12, 850),
  },
  {
    slug: 'mosaic-table-lamp',
    title: 'Mosaic table lamp',
    description:
      'Several hundred pieces of coloured glass on a bronze foot. With a two-metre cord.',
    category: 'lighting',
    ...by('Colour', {
      Turquoise: variant('LAMP-MOS-TUR', 89, 5, 1400),
      Amber: variant('LAMP-MOS-AMB', 89, 0, 1400),
    }),
  },
  {
    slug: 'beeswax-candles',
    title: 'Beeswax candles, set of six',
    description: 'Dipped, not poured. Each burns for about seven hours and smells of honey.',
    category: 'lighting',
    variants: one('CANDLE-WAX-6', 18.5, 80, 420),
  },
  {
    slug: 'tagine-glazed',
    title: 'Glazed tagine',
    description: 'For four people; on the hob with a diffuser, or in the oven up to 220 °C.',
    category: 'kitchen',
    ...by('Diameter', {
      '27 cm': variant('TAG-27', 42, 9, 3100),
      '32 cm': { ...variant('TAG-32', 54, 4, 4300), compareAtPrice: euros(62) },
    }),
  },
  {
    slug: 'copper-coffee-pot',
    title: 'Copper coffee pot',
    description: 'Hammered copper, tinned inside, with a walnut handle. Makes two small cups.',
    category: 'kitchen',
    variants: one('POT-CEZVE-2', 31, 25, 260),
  },
  {
    slug: 'olive-wood-board',
    title: 'Olive wood board',
    description: 'From trees that no longer bear. No two have the same grain.',
    category: 'kitchen',
    variants: one('BOARD-OLIVE', 38, 17, 1200),
  },
  {
    slug: 'tea-glasses',
    title: 'Painted tea glasses, set of six',
    description: 'Thin glass, gold rim. Wash them by hand.',
    category: 'kitchen',
    variants: one('GLASS-TEA-6', 24, 40, 690),
  },
  {
    slug: 'linen-shirt',
    title: 'Linen shirt',
    description: 'Washed linen in the colour of sand; wide sleeves, wooden buttons.',
    category: 'clothing',
    ...by('Size', {
      S: variant('SHIRT-LIN-S', 58, 6, 230),
      M: variant('SHIRT-LIN-M', 58, 14, 240),
      L: variant('SHIRT-LIN-L', 58, 11, 250),
      XL: variant('SHIRT-LIN-XL', 58, 3, 260),
    }),
  },
  {
    slug: 'leather-babouches',
    title: 'Leather babouches',
    description: 'Slippers of goat leather with a double sole, sewn in Marrakesh.',
    category: 'clothing',
    ...by('Size', {
      '38': variant('BAB-38', 36, 4, 360),
      '40': variant('BAB-40', 36, 7, 380),
      '42': variant('BAB-42', 36, 7, 400),
    }),
  },
  {
    slug: 'wool-scarf',
    title: 'Handwoven wool scarf',
    description: 'Two metres of undyed wool from the Atlas, woven on a foot loom.',
    category: 'clothing',
    variants: one('SCARF-WOOL', 45, 1, 310),
  },
  {
    slug: 'ras-el-hanout',
    title: 'Ras el hanout',
    description: 'Twenty-one spices, roasted and ground each week. For meat, couscous and pumpkin.',
    category: 'food',
    ...by('Weight', {
      '50 g': variant('SPICE-REH-50', 5.9, 200, 60),
      '200 g': variant('SPICE-REH-200', 17.5, 60, 215),
    }),
  },
  {
    slug: 'medjool-dates',
    title: 'Medjool dates, 1 kg',
    description: 'Large, soft and late: picked in October, never frozen.',
    category: 'food',
    variants: one('DATE-MED-1000', 14.9, 120, 1050),
  },
];
