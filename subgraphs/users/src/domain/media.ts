import { badInput, DomainError, type Viewer } from '@souk/runtime/domain';

export const MEDIA_PURPOSES = [
  'AVATAR',
  'PRODUCT_IMAGE',
  'CHAT_ATTACHMENT',
  'IMPORT_FILE',
  'ACCOUNT_EXPORT',
] as const;
export type MediaPurpose = (typeof MEDIA_PURPOSES)[number];

export type MediaStatus = 'PENDING' | 'READY' | 'REJECTED';

/** A file of an account; its bytes are in the file store, under its id. */
export interface Media {
  readonly id: string;
  readonly ownerId: string;
  readonly purpose: MediaPurpose;
  readonly status: MediaStatus;
  readonly fileName: string;
  /** As announced until the file is READY, then as found. */
  readonly contentType: string;
  readonly byteSize: number;
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  /** The widths in which an image is kept, smallest first; empty for other files. */
  readonly variants: readonly number[];
  readonly blurhash: string | null;
  readonly altText: string | null;
  readonly rejectionReason: string | null;
  readonly uploadedAt: Date | null;
  readonly createdAt: Date;
}

const IMAGES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'];
const MEGABYTE = 1_048_576;

/** What may be uploaded for a purpose, and how it is processed. */
interface PurposeRule {
  readonly types: readonly string[];
  readonly maxBytes: number;
  /** The widths in which images are kept. */
  readonly widths: readonly number[];
  /** Whether images are cut to a square. */
  readonly square: boolean;
  /** Who besides its owner may see it by its id, as soon as it is ready. */
  readonly seenBy: 'ANYBODY' | 'SIGNED_IN' | 'NOBODY_ELSE';
}

const RULES: Readonly<Record<MediaPurpose, PurposeRule>> = {
  AVATAR: {
    types: IMAGES,
    maxBytes: 5 * MEGABYTE,
    widths: [64, 256, 512],
    square: true,
    seenBy: 'ANYBODY',
  },
  PRODUCT_IMAGE: {
    types: IMAGES,
    maxBytes: 10 * MEGABYTE,
    widths: [320, 800, 1600],
    square: false,
    seenBy: 'ANYBODY',
  },
  CHAT_ATTACHMENT: {
    types: [...IMAGES, 'application/pdf', 'text/plain', 'text/csv'],
    maxBytes: 10 * MEGABYTE,
    widths: [320, 800, 1600],
    square: false,
    seenBy: 'SIGNED_IN',
  },
  IMPORT_FILE: {
    types: ['text/csv', 'text/plain'],
    maxBytes: 10 * MEGABYTE,
    widths: [],
    square: false,
    seenBy: 'NOBODY_ELSE',
  },
  ACCOUNT_EXPORT: {
    types: [],
    maxBytes: 0,
    widths: [],
    square: false,
    seenBy: 'NOBODY_ELSE',
  },
};

export const ruleOf = (purpose: MediaPurpose): PurposeRule => RULES[purpose];

/** Bytes an account may keep in total. */
export const ACCOUNT_BYTES = 500 * MEGABYTE;
/** Uploads an account may have begun and not completed. */
export const MOST_PENDING = 20;
export const MEGAPIXEL = 1_000_000;
/** Pixels of an image: larger ones are refused before they are decoded. */
export const MOST_PIXELS = 40 * MEGAPIXEL;
/** The same for AVIF, of which a kilobyte may declare as many, and which takes several times as long. */
export const MOST_AVIF_PIXELS = 16 * MEGAPIXEL;
/** Millions of pixels decoded for an account in an hour: a hundred photos of a phone. */
export const PIXELS = { allowed: 2_000, windowSeconds: 3_600 };
/** How long an upload link is valid. */
export const UPLOAD_LINK_MS = 15 * 60_000;
/** Hours after which incomplete uploads are deleted. */
export const PENDING_HOURS = 24;

export interface RequestedUpload {
  readonly contentType: string;
  readonly byteSize: number;
  readonly sha256?: string | null | undefined;
  readonly purpose: MediaPurpose;
}

/** Throws `BAD_USER_INPUT` for each property of an upload that its purpose does not accept. */
export const uploadChecks = ({ contentType, byteSize, sha256, purpose }: RequestedUpload) => {
  const { types, maxBytes } = RULES[purpose];
  return {
    contentType: () => {
      if (types.length > 0 && !types.includes(contentType.trim().toLowerCase()))
        throw badInput(`This takes ${types.join(', ')}.`, ['input', 'contentType']);
    },
    byteSize: () => {
      if (byteSize < 1 || (maxBytes > 0 && byteSize > maxBytes))
        throw badInput(`The size must be from 1 byte to ${maxBytes / MEGABYTE} MB.`, [
          'input',
          'byteSize',
        ]);
    },
    sha256: () => {
      if (sha256 != null && !/^[0-9a-f]{64}$/i.test(sha256))
        throw badInput('A SHA-256 is 64 hexadecimal digits.', ['input', 'sha256']);
    },
    purpose: () => {
      if (types.length === 0)
        throw badInput('Files of this kind cannot be uploaded.', ['input', 'purpose']);
    },
  };
};

/** Throws `UPLOAD_QUOTA_EXCEEDED` when an account has no room for it. */
export function assertRoom(
  used: { readonly bytes: number; readonly pending: number },
  byteSize: number,
): void {
  if (used.bytes + byteSize > ACCOUNT_BYTES) {
    throw new DomainError(
      'UPLOAD_QUOTA_EXCEEDED',
      'INVALID',
      `An account can store at most ${ACCOUNT_BYTES / MEGABYTE} MB.`,
      { path: ['input', 'byteSize'] },
    );
  }
  if (used.pending >= MOST_PENDING) {
    throw new DomainError(
      'TOO_MANY_UPLOADS',
      'CONFLICT',
      `There are ${MOST_PENDING} incomplete uploads; complete some of them first.`,
    );
  }
}

/** The file is not what was announced, for a reason in words. */
export const uploadRejected = (reason: string) =>
  new DomainError('UPLOAD_REJECTED', 'INVALID', reason, { path: ['mediaId'] });

export const uploadMissing = () =>
  new DomainError('UPLOAD_MISSING', 'CONFLICT', 'The file has not been uploaded yet.', {
    path: ['mediaId'],
  });

/**
 * Whether somebody may see a file by its id: ids cannot be guessed, and are only shown with things one may
 * see.
 */
export const maySee = (
  { ownerId, status, purpose }: Pick<Media, 'ownerId' | 'status' | 'purpose'>,
  viewer: Pick<Viewer, 'userId'> | null,
): boolean => {
  if (viewer?.userId === ownerId) return true;
  const { seenBy } = RULES[purpose];
  const isOneOfThem = seenBy === 'ANYBODY' || (seenBy === 'SIGNED_IN' && viewer !== null);
  return status === 'READY' && isOneOfThem;
};

/** Whether anybody may see files for this purpose, so that shared caches may keep a copy. */
export const isPublic = (purpose: MediaPurpose): boolean => RULES[purpose].seenBy === 'ANYBODY';

/**
 * The name of a file: its owner's name for it when it is sent as a file; public pictures reveal nothing about
 * the disk they came from.
 */
export const shownName = ({ purpose, fileName }: Pick<Media, 'purpose' | 'fileName'>): string =>
  isPublic(purpose) ? 'image.webp' : fileName;

/** The smallest kept width that is not below the requested one, otherwise the largest. */
export const variantFor = (
  variants: readonly number[],
  width: number | null | undefined,
): number | null =>
  variants.find((kept) => width != null && kept >= width) ?? variants.at(-1) ?? null;
