import type { ShownPicture } from '../persistence/picture-store.ts';
import type { MediaModel } from './models.ts';

/** Pictures as users resolve them. */
export const mediaShown = (pictures: readonly ShownPicture[]): MediaModel[] =>
  pictures.map(({ mediaId }) => ({ id: mediaId }));
