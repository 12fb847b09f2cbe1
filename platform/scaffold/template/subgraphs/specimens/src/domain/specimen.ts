/** Something that somebody wrote. */
export interface Specimen {
  id: string;
  authorId: string;
  text: string;
  createdAt: Date;
}

/** The event stream of what one person writes. */
export const specimensStream = (authorId: string) => `specimens:${authorId}`;
