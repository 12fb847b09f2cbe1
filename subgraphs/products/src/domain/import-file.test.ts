import { allOf, DomainError } from '@souk/runtime/domain';
import { describe, expect, test } from 'vitest';
import { assertTogether, firstRowsOf, importedProduct, productsOf } from './import-file.ts';

const row = (at: number, values: Record<string, string>) => ({
  row: at,
  values: { title: 'Lamp', sku: `L-${at}`, price: '19.99', currency: 'EUR', ...values },
});
const mistakes = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return allOf(error).map(({ argumentPath }) => argumentPath);
  }
  return [];
};

describe('rows of a file', () => {
  test('are one product where the same word says so in rows behind each other', () => {
    const rows = ['a', 'a', '', '', 'b', 'a'].map((product, index) => row(index + 1, { product }));
    expect(productsOf(rows).map((each) => each.map(({ row: at }) => at))).toEqual([
      ...[[1, 2], [3], [4], [5], [6]],
    ]);
  });

  test('that continue a product after another one are refused, without a second product', () => {
    const rows = ['a', 'a', '', '', 'b', 'a'].map((product, index) => row(index + 1, { product }));
    const firstRows = firstRowsOf(rows);
    expect(productsOf(rows).map((each) => mistakes(() => assertTogether(each, firstRows)))).toEqual(
      [[], [], [], [], [['6', 'product']]],
    );
  });

  test('describe a product with its options and variants', () => {
    const size = (value: string) => ({ option1_name: 'Size', option1_value: value });
    const product = importedProduct([
      row(1, { ...size('S'), categories: 'lamps|home', stock: '7', status: 'draft' }),
      row(2, { ...size('L'), compare_at_price: '25', inventory_policy: 'continue' }),
    ]);
    expect(product).toMatchObject({
      title: 'Lamp',
      status: 'DRAFT',
      categorySlugs: ['lamps', 'home'],
      options: [{ name: 'Size', values: ['S', 'L'] }],
      variants: [
        { sku: 'L-1', price: { minorUnits: 1_999, currency: 'EUR' }, openingStock: 7 },
        { compareAtPrice: { minorUnits: 2_500 }, inventoryPolicy: 'CONTINUE', openingStock: null },
      ],
    });
  });

  test.each([
    ['EUR', '19.9', 1_990],
    ['EUR', '0.05', 5],
    ['JPY', '1200', 1_200],
    ['KWD', '1.234', 1_234],
    ['eur', '7', 700],
  ])('in %s have %s as %i', (currency, price, minorUnits) => {
    const { variants } = importedProduct([row(1, { currency, price })]);
    expect(variants[0]?.price.minorUnits).toBe(minorUnits);
  });

  test.each([
    [{ price: '19,99' }, [['3', 'price']]],
    [{ price: '1.999' }, [['3', 'price']]],
    [{ currency: 'JPY', price: '12.5' }, [['3', 'price']]],
    [{ price: '-1' }, [['3', 'price']]],
    [{ currency: 'XXQ' }, [['3', 'currency']]],
    [
      { title: '', stock: 'many', status: 'SOLD' },
      [
        ['3', 'title'],
        ['3', 'status'],
        ['3', 'stock'],
      ],
    ],
    [{ option1_name: 'Size', option1_value: '' }, [['3', 'option1_value']]],
    [{ title: 'a\u202eb' }, [['3', 'title']]],
  ])('with %j are refused where they are wrong', (values, paths) => {
    expect(mistakes(() => importedProduct([row(3, values)]))).toEqual(paths);
  });
});
