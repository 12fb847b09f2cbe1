import { encode } from 'blurhash';
import { MOST_AVIF_PIXELS, MOST_PIXELS } from '../domain/media.ts';

/** A re-encoded image, without anything that a camera or an editor wrote into it. */
export interface MadeImage {
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  readonly variants: readonly { readonly width: number; readonly bytes: Buffer }[];
}

/** The formats in which images are kept. */
export const IMAGE_TYPE = 'image/webp';

/** The dimensions from which the blurred preview is computed, and its number of components each way. */
const BLUR_PIXELS = 32;
const BLUR_WAVES = 4;

/** Native code, needed only for processing images; one core each, as the inspections assume. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/**
 * How many pixels an image declares, without decoding any; null when it is not an image, or declares too
 * many.
 */
export async function pixelsOf(bytes: Buffer): Promise<number | null> {
  const sharp = await loadSharp();
  try {
    const { width, height, format } = await sharp(bytes, {
      limitInputPixels: MOST_PIXELS,
    }).metadata();
    const most = format === 'heif' ? MOST_AVIF_PIXELS : MOST_PIXELS;
    return width * height > most ? null : width * height;
  } catch {
    return null;
  }
}

/**
 * Decodes an image once and re-encodes it in each of its widths: rotated as the camera was held, without
 * metadata, and without anything else in the same file. Resolves to null when it cannot be decoded, or has
 * too many pixels.
 */
export async function makeVariants(
  bytes: Buffer,
  { widths, square }: { widths: readonly number[]; square: boolean },
): Promise<MadeImage | null> {
  if ((await pixelsOf(bytes)) === null) return null;
  const sharp = await loadSharp();
  try {
    const input = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 });
    const { width: first, height: second, orientation = 1 } = await input.metadata();
    const [width, height] = orientation > 4 ? [second, first] : [first, second];
    const own = square ? Math.min(width, height) : width;
    const largest = Math.min(own, widths.at(-1) ?? own);
    // All others are made from the pixels of the largest: each decoding of the file may take seconds.
    const { data: pixels, info: raw } = await input
      .rotate()
      .resize({ width: largest, ...(square ? { height: largest } : {}) })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const decoded = () => sharp(pixels, { raw });
    const variants = [];
    for (const each of [...widths.filter((width) => width < largest), largest]) {
      const resized = decoded().resize({ width: each });
      variants.push({ width: each, bytes: await resized.webp({ quality: 82 }).toBuffer() });
    }
    const { data, info } = await decoded()
      .resize(BLUR_PIXELS, BLUR_PIXELS, { fit: 'inside' })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      width: raw.width,
      height: raw.height,
      blurhash: encode(
        new Uint8ClampedArray(data),
        info.width,
        info.height,
        BLUR_WAVES,
        BLUR_WAVES,
      ),
      variants,
    };
  } catch {
    // The decoder's own error messages do not matter here: the file is not an image.
    return null;
  }
}
