import { encode } from 'blurhash';
import { MOST_AVIF_PIXELS, MOST_PIXELS } from '../domain/media.ts';

/** An image as it is kept: anew, without anything that its camera or its editor wrote into it. */
export interface MadeImage {
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  readonly variants: readonly { readonly width: number; readonly bytes: Buffer }[];
}

/** What images are kept as. */
export const IMAGE_TYPE = 'image/webp';

/** Sides of the picture that the blurred one is made of, and how many waves it has each way. */
const BLUR_PIXELS = 32;
const BLUR_WAVES = 4;

/** Native code, which only who takes images needs; a core for each is what their turns count on. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** How many pixels an image says it has, without decoding one; null for what is no image, or has too many. */
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
 * Decodes an image, once, and writes it anew in each of the widths that it has: turned as its camera was held,
 * without metadata, and without whatever else came in the same file. Resolves to null for what cannot be
 * decoded, or has too many pixels.
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
    // All others are made of the largest, as pixels: each decoding of the file may take seconds.
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
    // Its decoder says in many words of its own what is wrong with a file; to us it is no image.
    return null;
  }
}
