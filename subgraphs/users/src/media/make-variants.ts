import { encode } from 'blurhash';
import { MOST_PIXELS } from '../domain/media.ts';

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

/**
 * Decodes an image and writes it anew in each of the widths that it has: turned as its camera was held,
 * without metadata, and without whatever else came in the same file. Resolves to null for what cannot be
 * decoded, or has too many pixels.
 */
export async function makeVariants(
  bytes: Buffer,
  { widths, square }: { widths: readonly number[]; square: boolean },
): Promise<MadeImage | null> {
  // Native code, which only who takes images needs.
  const { default: sharp } = await import('sharp');
  const open = () =>
    sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 }).rotate();
  try {
    const {
      width: first = 0,
      height: second = 0,
      orientation = 1,
    } = await sharp(bytes, {
      limitInputPixels: MOST_PIXELS,
    }).metadata();
    if (first * second > MOST_PIXELS) return null;
    const [width, height] = orientation > 4 ? [second, first] : [first, second];
    const own = square ? Math.min(width, height) : width;
    const largest = Math.min(own, widths.at(-1) ?? own);
    const kept = [...widths.filter((each) => each < largest), largest];
    const variants = [];
    for (const each of kept) {
      const resized = open().resize({ width: each, ...(square ? { height: each } : {}) });
      variants.push({ width: each, bytes: await resized.webp({ quality: 82 }).toBuffer() });
    }
    const { data, info } = await open()
      .resize(BLUR_PIXELS, BLUR_PIXELS, { fit: 'inside' })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      width: largest,
      height: square ? largest : Math.max(1, Math.round((height * largest) / width)),
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
