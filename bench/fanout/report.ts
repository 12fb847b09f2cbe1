import { median } from '../median.ts';
import type { Measurement } from './measure.ts';

type NumberKey = {
  [Key in keyof Measurement]: Measurement[Key] extends number | null ? Key : never;
}[keyof Measurement];

/** A table for each number of subscribers: medians over the rounds, and ratios to the peer. */
export function report(measurements: readonly Measurement[], peer: string): string {
  const sizes = [...new Set(measurements.map(({ subscribers }) => subscribers))];
  return sizes
    .map((size) => {
      const here = measurements.filter(({ subscribers }) => subscribers === size);
      const rows = [...new Set(here.map(({ contender }) => contender))].map((contender) =>
        rowOf(
          here.filter((one) => one.contender === contender),
          here.filter((one) => one.contender === peer),
        ),
      );
      return [
        `### ${size} subscribers`,
        '',
        `| ${COLUMNS.join(' | ')} |`,
        `|${'---|'.repeat(COLUMNS.length)}`,
        ...rows.map((row) => `| ${row.join(' | ')} |`),
        '',
      ].join('\n');
    })
    .join('\n');
}

const COLUMNS = [
  'server',
  'delivered/s',
  'ratio',
  'ms to all',
  'p50 ms',
  'p99 ms',
  'CPU µs each (ratio)',
  'CPU',
  'RSS MB',
  'idle KB each',
  'joins/s',
  'CPU µs per join',
  'payload bytes',
  'fetches per event, alone / all',
  'upstreams',
  'rounds',
  'missing, wrong, lost',
];

function rowOf(rounds: readonly Measurement[], peers: readonly Measurement[]): string[] {
  const of = (all: readonly Measurement[], key: NumberKey) =>
    median(all.flatMap((one) => one[key] ?? []));
  const number = (key: NumberKey, digits = 0) => of(rounds, key).toFixed(digits);
  const optional = (key: NumberKey) => (rounds[0]?.[key] == null ? 'none' : number(key, 2));
  const ratio = of(rounds, 'deliveredPerSecond') / of(peers, 'deliveredPerSecond');
  const cpuRatio = of(rounds, 'cpuMicroseconds') / of(peers, 'cpuMicroseconds');
  const sum = (key: NumberKey) => rounds.reduce((total, one) => total + (one[key] as number), 0);
  return [
    rounds[0]?.contender ?? '',
    number('deliveredPerSecond'),
    Number.isNaN(ratio) ? '' : ratio.toFixed(2),
    number('reachMs', 1),
    number('p50Ms', 1),
    number('p99Ms', 1),
    `${number('cpuMicroseconds', 1)} (${cpuRatio.toFixed(2)})`,
    `${(of(rounds, 'cpuShare') * 100).toFixed(0)} %`,
    number('rssMb'),
    number('idleKb', 1),
    number('joinsPerSecond'),
    number('joinMicroseconds'),
    number('payloadBytes'),
    `${optional('fetchesAlone')} / ${optional('fetchesUnderLoad')}`,
    rounds[0]?.upstreams == null ? 'none' : number('upstreams'),
    rounds.map((one) => one.deliveredPerSecond.toFixed(0)).join(' '),
    `${sum('missing')}, ${sum('wrong')}, ${sum('lost')}`,
  ];
}
