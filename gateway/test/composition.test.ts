import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { composeRepository, REPOSITORY } from '../src/supergraph/compose-repository.ts';

test('the committed supergraph equals the composed subgraphs; `npm run compose` writes it', () => {
  for (const [file, text] of Object.entries(composeRepository())) {
    expect(readFileSync(new URL(file, REPOSITORY), 'utf8') === text, file).toBe(true);
  }
});
