import { type Grant, HOUR_MS, type SignedLinks } from '@souk/runtime/domain';
import { isPublic, type Media, shownName, UPLOAD_LINK_MS, variantFor } from '../domain/media.ts';
import { IMAGE_TYPE } from './make-variants.ts';

export const UPLOAD_PATH = '/uploads/';
export const MEDIA_PATH = '/media/';

/** What an upload link permits, once: these bytes of this type, for this file. */
export interface UploadGrant extends Grant {
  readonly id: string;
  readonly byteSize: number;
  readonly contentType: string;
}

/** What a link to a file holds: everything needed to answer, so that no row is read. */
export interface FileGrant extends Grant {
  readonly key: string;
  readonly contentType: string;
  readonly fileName: string;
  /** Whether anybody may keep a copy, such as a shared cache. */
  readonly shared: boolean;
}

export interface MediaLinks {
  toUpload(media: Media, now: Date): { url: string; expiresAt: Date };
  /** Null when there is no file to show. */
  toFile(media: Media, width: number | null | undefined, now: Date): FileLink | null;
  /** What a link permits, or null when it is not ours, or has expired. */
  uploadGrant(token: string, now: Date): UploadGrant | null;
  fileGrant(token: string, now: Date): FileGrant | null;
}

export interface FileLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Links to files are valid for half a day to a whole one, and stay the same for half a day, so that caches
 * find what they have stored.
 */
const HALF_A_DAY_MS = 12 * HOUR_MS;

export const originalKey = (id: string) => `${id}/upload`;
export const fileKey = (id: string) => `${id}/file`;
export const variantKey = (id: string, width: number) => `${id}/${width}.webp`;

/** The largest stored version of a READY file. */
export const shownKey = ({ id, variants }: Pick<Media, 'id' | 'variants'>): string => {
  const variant = variantFor(variants, null);
  return variant === null ? fileKey(id) : variantKey(id, variant);
};

/** Creates and opens links to files: signed, bound to one file each, and expiring. */
export function createMediaLinks(links: SignedLinks): MediaLinks {
  return {
    toUpload: ({ id, byteSize, contentType }, now) => {
      const expires = Math.floor((now.getTime() + UPLOAD_LINK_MS) / 1_000);
      const grant: UploadGrant = { id, byteSize, contentType, expires };
      return { url: links.to(UPLOAD_PATH, 'upload', grant), expiresAt: new Date(expires * 1_000) };
    },
    toFile: (media, width, now) => {
      if (media.status !== 'READY') return null;
      const variant = variantFor(media.variants, width);
      const expiresAt = (Math.floor(now.getTime() / HALF_A_DAY_MS) + 2) * HALF_A_DAY_MS;
      const grant: FileGrant = {
        key: variant === null ? fileKey(media.id) : variantKey(media.id, variant),
        contentType: variant === null ? media.contentType : IMAGE_TYPE,
        // The same link for everybody, so that it reveals nothing about whom it was made for.
        fileName: shownName(media),
        shared: isPublic(media.purpose),
        expires: expiresAt / 1_000,
      };
      return { url: links.to(MEDIA_PATH, 'file', grant), expiresAt: new Date(expiresAt) };
    },
    uploadGrant: (token, now) => links.open<UploadGrant>('upload', token, now),
    fileGrant: (token, now) => links.open<FileGrant>('file', token, now),
  };
}
