import { allOf, type DomainError, newId } from '@souk/runtime/domain';
import { describe, expect, test } from 'vitest';
import { assertShowable, checkedPictures } from './pictures.ts';

const [a, b] = [newId('med'), newId('med')];
const file = (mediaId: string, ownerId: string, purpose = 'PRODUCT_IMAGE') => ({
  mediaId,
  ownerId,
  purpose,
});

function mistakes(run: () => unknown): (readonly string[] | null | undefined)[] {
  try {
    run();
    return [];
  } catch (error) {
    return allOf(error as DomainError).map(({ argumentPath }) => argumentPath);
  }
}

describe('pictures', () => {
  test('are kept in order and each once; none that are asked for leaves those that are there', () => {
    expect(checkedPictures([b, a, b], 'review')).toEqual([b, a]);
    expect(checkedPictures([], 'review')).toEqual([]);
    expect(checkedPictures(null, 'review')).toBeNull();
  });

  test('are limited in number, and must be ids of files', () => {
    const six = Array.from({ length: 6 }, () => newId('med'));
    expect(mistakes(() => checkedPictures(six, 'product'))).toEqual([]);
    expect(mistakes(() => checkedPictures(six, 'variant'))).toEqual([['input', 'mediaIds']]);
    expect(mistakes(() => checkedPictures([a, 'prd_1', 'x'], 'product'))).toEqual([
      ['input', 'mediaIds', '1'],
      ['input', 'mediaIds', '2'],
    ]);
  });

  test("are the owner's uploads for products, or there already", () => {
    const refused = (files: ReturnType<typeof file>[], shown: string[] = []) =>
      mistakes(() =>
        assertShowable([a, b], { files, shown, userId: 'ada', pathOf: (n) => ['at', n] }),
      );
    expect(refused([file(a, 'ada'), file(b, 'ada')])).toEqual([]);
    expect(refused([file(a, 'ada'), file(b, 'bob')])).toEqual([['at', '1']]);
    expect(refused([file(a, 'ada'), file(b, 'bob')], [b])).toEqual([]);
    expect(refused([file(a, 'ada', 'AVATAR')])).toEqual([
      ['at', '0'],
      ['at', '1'],
    ]);
  });
});
