import { Histogram, type Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

/** From a millisecond to ten seconds, the longest that anything here is waited for. */
const BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** How many durations are within each bound, under one set of labels. */
class Buckets {
  readonly labels: Labels;
  /** One for each bound, and one for durations above all of them. */
  readonly counts = new Float64Array(BOUNDS_MS.length + 1);
  sumMs = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(milliseconds: number): void {
    let bucket = 0;
    while (bucket < BOUNDS_MS.length && milliseconds > (BOUNDS_MS[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sumMs += milliseconds;
  }
}

/**
 * prom-client's histogram, except that callers keep its buckets. The library checks and sorts the labels at
 * each observation, and a request makes one for itself and one for each of its fetches.
 */
export class DurationHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #labelNames: readonly string[];
  readonly #known = new Map<string, Buckets>();

  constructor(
    definition: { name: string; help: string; labels?: readonly string[] },
    registry: Registry,
  ) {
    const { name, help, labels: labelNames = [] } = definition;
    const buckets = BOUNDS_MS.map((bound) => bound / 1_000);
    super({ name, help, labelNames, buckets, registers: [registry] });
    this.#name = name;
    this.#help = help;
    this.#labelNames = labelNames;
    if (labelNames.length === 0) this.bucketsOf({});
  }

  /** Kept for as long as the process runs, so callers must limit labels that clients choose. */
  bucketsOf(labels: Labels): Buckets {
    const key = this.#labelNames.map((name) => labels[name] ?? '').join('\n');
    const known = this.#known.get(key) ?? new Buckets(labels);
    this.#known.set(key, known);
    return known;
  }

  /** What a registry reads besides `get`; prom-client's types omit it. */
  async getForPromString() {
    const values = [...this.#known.values()].flatMap((buckets) => this.#valuesOf(buckets));
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }

  #valuesOf({ labels: sharedLabels, counts, sumMs }: Buckets) {
    let count = 0;
    const within = [...counts].map((here, bucket) => {
      count += here;
      const bound = BOUNDS_MS[bucket];
      const labels = { le: bound === undefined ? '+Inf' : bound / 1_000 };
      return { metricName: `${this.#name}_bucket`, labels, sharedLabels, value: count };
    });
    const labels = {};
    return [
      ...within,
      { metricName: `${this.#name}_sum`, labels, sharedLabels, value: sumMs / 1_000 },
      { metricName: `${this.#name}_count`, labels, sharedLabels, value: count },
    ];
  }
}
