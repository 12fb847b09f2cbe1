import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { bodyText } from './body-text.ts';
import { UnusableResponse } from './response-reader.ts';

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const unzip = promisify(gunzip) as Decode;
const inflateZlib = promisify(inflate) as Decode;
const inflateBare = promisify(inflateRaw) as Decode;

/** "deflate" is zlib's format (RFC 9110); some servers send the raw stream inside it. */
const deflated: Decode = (bytes, options) =>
  ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateZlib(bytes, options) : inflateBare(bytes, options);

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: unzip,
  'x-gzip': unzip,
  deflate: deflated,
  br: promisify(brotliDecompress) as Decode,
  identity: async (bytes) => bytes,
};

/**
 * The text of a compressed body. The gateway does not ask for compression, since subgraphs are nearby, but a
 * proxy in between may compress anyway. Rejects with UnusableResponse.
 */
export async function decodedText(
  bytes: Buffer,
  contentEncoding: string,
  maxBytes: number,
): Promise<string> {
  const decode = Object.hasOwn(DECODERS, contentEncoding) ? DECODERS[contentEncoding] : undefined;
  if (!decode) throw new UnusableResponse('It is encoded in a way that was not asked for.');
  try {
    const decoded = await decode(bytes, { maxOutputLength: maxBytes });
    return bodyText(decoded, 0, decoded.length);
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new UnusableResponse(
      isTooLarge ? `Its answer exceeds ${maxBytes} bytes.` : 'What it compressed cannot be read.',
    );
  }
}
