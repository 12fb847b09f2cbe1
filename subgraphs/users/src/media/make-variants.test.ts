import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { makeVariants, pixelsOf } from './make-variants.ts';

const RED = { r: 200, g: 20, b: 20 };
const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: RED } });
const AVATAR = { widths: [64, 256, 512], square: true };
const PRODUCT = { widths: [320, 800, 1600], square: false };

describe('variants of an image', () => {
  test('is as wide as it may be, in every width below, and never wider than it was', async () => {
    const made = await makeVariants(await picture(1000, 500).png().toBuffer(), PRODUCT);
    expect(made).toMatchObject({ width: 1000, height: 500, blurhash: expect.any(String) });
    expect(made?.variants.map(({ width }) => width)).toEqual([320, 800, 1000]);
    for (const { width, bytes } of made?.variants ?? [])
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width });
    const small = await makeVariants(await picture(40, 30).png().toBuffer(), PRODUCT);
    expect(small?.variants.map(({ width }) => width)).toEqual([40]);
  });

  test('is a square of an avatar', async () => {
    const made = await makeVariants(await picture(300, 900).jpeg().toBuffer(), AVATAR);
    expect(made).toMatchObject({ width: 300, height: 300 });
    expect(made?.variants.map(({ width }) => width)).toEqual([64, 256, 300]);
  });

  test('is rotated as its camera was held, without the place where it was taken', async () => {
    const photo = await picture(600, 400)
      .withExif({ IFD0: { Make: 'Camera' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const made = await makeVariants(photo, PRODUCT);
    expect(made).toMatchObject({ width: 400, height: 600 });
    for (const { bytes } of made?.variants ?? []) {
      const { exif, orientation } = await sharp(bytes).metadata();
      expect({ exif, orientation }).toEqual({ exif: undefined, orientation: undefined });
    }
  });

  test('keeps transparency, in each width', async () => {
    const glass = sharp({
      create: { width: 900, height: 10, channels: 4, background: { ...RED, alpha: 0.5 } },
    });
    const made = await makeVariants(await glass.png().toBuffer(), PRODUCT);
    for (const { bytes } of made?.variants ?? [])
      expect((await sharp(bytes).stats()).isOpaque).toBe(false);
    expect(made?.variants).toHaveLength(3);
  });

  test('contains no bytes that followed the image in its file', async () => {
    const polyglot = Buffer.concat([
      await picture(50, 50).png().toBuffer(),
      Buffer.from('<script>alert(1)</script>'),
    ]);
    const made = await makeVariants(polyglot, PRODUCT);
    expect(made?.variants[0]?.bytes.includes('script')).toBe(false);
  });
});

describe('files that are no images', () => {
  test.each([
    [
      'an image that is cut short',
      async () => (await picture(900, 900).jpeg().toBuffer()).subarray(0, 300),
    ],
    ['a text', async () => readFileSync(new URL(import.meta.url))],
    ['an image of a hundred thousand pixels each way', async () => hugePng(100_000)],
  ])('%s makes nothing', async (_, bytes) => {
    expect(await makeVariants(await bytes(), PRODUCT)).toBeNull();
  });
});

test('of AVIF, in which a kilobyte may be as many pixels, sixteen million are the most', async () => {
  const small = await picture(16, 16).avif({ effort: 0 }).toBuffer();
  const sized = (width: number, height: number) => {
    const at = small.indexOf('ispe') + 8;
    small.writeUInt32BE(width, at);
    small.writeUInt32BE(height, at + 4);
    return pixelsOf(small);
  };
  expect(await sized(4_000, 4_000)).toBe(16_000_000);
  expect(await sized(4_001, 4_000)).toBeNull();
});

/** The head of a PNG that says it is so wide and high; decoding it would take some gigabytes. */
async function hugePng(side: number): Promise<Buffer> {
  const small = await picture(1, 1).png().toBuffer();
  const { crc32 } = await import('node:zlib');
  small.writeUInt32BE(side, 16);
  small.writeUInt32BE(side, 20);
  small.writeUInt32BE(crc32(small.subarray(12, 29)), 29);
  return small;
}
