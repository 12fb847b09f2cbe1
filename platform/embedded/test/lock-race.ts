import { existsSync, writeFileSync } from 'node:fs';
import { takeInstanceLock } from '../src/process/instance-lock.ts';

// One of several who go for the same lock at the same moment, again and again; prints how often it won.
const [folder = '', me = '', of = '', rounds = ''] = process.argv.slice(2);
const together = (name: string) => {
  writeFileSync(`${folder}/${name}-${me}`, '');
  const others = Array.from({ length: Number(of) }, (_, index) => `${folder}/${name}-${index}`);
  while (!others.every((file) => existsSync(file)));
};

const won: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  together(`begin-${round}`);
  try {
    takeInstanceLock(`${folder}/lock-${round}`, () => new Error('held'));
    won.push(round);
  } catch {
    // Somebody else was quicker.
  }
  together(`end-${round}`);
}
console.log(JSON.stringify({ won: won.join(' ') }));
