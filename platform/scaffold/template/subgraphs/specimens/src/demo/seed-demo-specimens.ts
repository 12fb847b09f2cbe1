import type { SubgraphDeps } from '@souk/runtime/subgraph';
import { specimens } from '../app.ts';
import { add } from '../use-cases/create-specimen.ts';

/** The same ids in every Souk, so that seeding again finds them. */
const DEMO = [
  { id: 'spc_01jd00000000000000000000d1', text: 'The first of them.' },
  { id: 'spc_01jd00000000000000000000d2', text: 'And another one.' },
];

/**
 * Writes the demo specimens, shared out among the authors. What is there already stays as it is, so
 * this can be called at every start. Gives how many were written.
 */
export async function seedDemoSpecimens(
  deps: SubgraphDeps,
  { authorIds }: { authorIds: readonly string[] },
): Promise<number> {
  const { infrastructure } = await specimens.open(deps);
  try {
    const present = await infrastructure.reads.specimens.findMany(DEMO.map(({ id }) => id));
    const missing = DEMO.filter(({ id }) => !present.some((specimen) => specimen.id === id));
    for (const specimen of missing) {
      const authorId = authorIds[DEMO.indexOf(specimen) % authorIds.length];
      if (authorId === undefined) throw new Error('The demo specimens need an author.');
      await infrastructure.transaction((stores) =>
        add(stores, { ...specimen, authorId, createdAt: deps.clock() }),
      );
    }
    return missing.length;
  } finally {
    await infrastructure.close();
  }
}
