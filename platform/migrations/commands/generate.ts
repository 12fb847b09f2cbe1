import { generateClients } from '../src/generate-clients.ts';
import { repositoryLayout } from '../src/project-layout.ts';

try {
  const generated = await generateClients(repositoryLayout());
  if (generated.length > 0) console.log(`Prisma clients generated: ${generated.join(', ')}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
