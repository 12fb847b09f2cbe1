import { checkAll } from '@souk/runtime/domain';
import { describe, expect, test } from 'vitest';
import {
  ACCOUNT_BYTES,
  assertRoom,
  MEDIA_PURPOSES,
  MOST_PENDING,
  maySee,
  type RequestedUpload,
  shownName,
  uploadChecks,
  variantFor,
} from './media.ts';

const upload: RequestedUpload = { contentType: 'image/png', byteSize: 10, purpose: 'AVATAR' };
const check = (given: Partial<RequestedUpload>) => () =>
  checkAll(uploadChecks({ ...upload, ...given }));

describe('an upload', () => {
  test.each([
    ['an image as an avatar', {}],
    ['the type in capitals', { contentType: ' IMAGE/PNG ' }],
    ['a PDF in a message', { contentType: 'application/pdf', purpose: 'CHAT_ATTACHMENT' }],
    ['ten megabytes in a message', { byteSize: 10_485_760, purpose: 'CHAT_ATTACHMENT' }],
    ['a list to import', { contentType: 'text/csv', purpose: 'IMPORT_FILE' }],
  ] as const)('takes %s', (_, given) => {
    expect(check(given)).not.toThrow();
  });

  test.each([
    ['SVG', { contentType: 'image/svg+xml' }, 'contentType'],
    ['HTML', { contentType: 'text/html', purpose: 'CHAT_ATTACHMENT' }, 'contentType'],
    ['a PDF as an avatar', { contentType: 'application/pdf' }, 'contentType'],
    ['nothing', { byteSize: 0 }, 'byteSize'],
    ['eleven megabytes', { byteSize: 11_534_336, purpose: 'CHAT_ATTACHMENT' }, 'byteSize'],
    ['a digest that is none', { sha256: 'abc' }, 'sha256'],
    ['an export that we did not make', { purpose: 'ACCOUNT_EXPORT' }, 'purpose'],
  ] as const)('is refused %s', (_, given, field) => {
    expect(check(given)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', argumentPath: ['input', field] }),
    );
  });

  test('needs room: for its bytes, and for one more that is not completed', () => {
    const room = { bytes: ACCOUNT_BYTES - 10, pending: MOST_PENDING - 1 };
    expect(() => assertRoom(room, 10)).not.toThrow();
    expect(() => assertRoom(room, 11)).toThrow(
      expect.objectContaining({ code: 'UPLOAD_QUOTA_EXCEEDED' }),
    );
    expect(() => assertRoom({ ...room, pending: MOST_PENDING }, 10)).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_UPLOADS' }),
    );
  });
});

test('the original file name of a picture is not shown', () => {
  const fileName = 'me at Main St 1.jpg';
  for (const purpose of MEDIA_PURPOSES) {
    const isPicture = purpose === 'AVATAR' || purpose === 'PRODUCT_IMAGE';
    expect(shownName({ fileName, purpose })).toBe(isPicture ? 'image.webp' : fileName);
  }
});

describe('who may see a file', () => {
  const owner = { userId: 'usr_1' };
  const other = { userId: 'usr_2' };
  test.each(MEDIA_PURPOSES)('%s', (purpose) => {
    const isShared = !['IMPORT_FILE', 'ACCOUNT_EXPORT'].includes(purpose);
    for (const status of ['PENDING', 'READY', 'REJECTED'] as const) {
      const media = { ownerId: 'usr_1', status, purpose };
      expect(maySee(media, owner)).toBe(true);
      const isSeen = isShared && status === 'READY';
      expect(maySee(media, other)).toBe(isSeen);
      // Attachments are said among people: whoever is not signed in has no business with them.
      expect(maySee(media, null)).toBe(isSeen && purpose !== 'CHAT_ATTACHMENT');
    }
  });
});

test.each([
  [[64, 256, 512], null, 512],
  [[64, 256, 512], 1, 64],
  [[64, 256, 512], 64, 64],
  [[64, 256, 512], 65, 256],
  [[64, 256, 512], 9_999, 512],
  [[], 64, null],
])('of the widths %j, %s is shown in %s', (variants, width, shown) => {
  expect(variantFor(variants, width)).toBe(shown);
});
