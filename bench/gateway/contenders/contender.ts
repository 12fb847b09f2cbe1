import type { BenchCase } from '../cases/case.ts';

/** A gateway to be measured: how its one process is started. */
export interface Contender {
  readonly name: string;
  /** False when it cannot run here, e.g. for want of a binary for this platform. */
  readonly available: boolean;
  /** Whether it answers in parts what is deferred; false by default. */
  readonly defers?: boolean;
  command(setting: ContenderSetting): Command;
}

export interface ContenderSetting {
  readonly benchCase: BenchCase;
  readonly supergraphFile: string;
  /** A folder of its own, to write configuration to. */
  readonly folder: string;
  readonly port: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly path: string;
}
