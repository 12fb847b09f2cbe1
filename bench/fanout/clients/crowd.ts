import { fileURLToPath } from 'node:url';
import { LOAD_CORE, start } from '../../processes.ts';
import type { RunningServer } from '../contenders/contender.ts';
import type { ClientsReport, FromClients, ToClients } from './messages.ts';

/** The conductor's end of the process that holds all subscribers. */
export interface Crowd {
  /** Sets the total number of people in the room. */
  join(subscribers: number, nextMessage: number): Promise<void>;
  /** Resolves when everybody has the message, to when the last got it. */
  reached(number: number): Promise<number>;
  sent(number: number, at: number): void;
  measure(): void;
  report(number: number): Promise<ClientsReport>;
  leave(): Promise<void>;
}

const program = fileURLToPath(new URL('main.ts', import.meta.url));
/** Milliseconds for a message to reach everybody; then it is taken for lost. */
const REACH_TIMEOUT_MS = 20_000;
const JOIN_TIMEOUT_MS = 120_000;

export async function gatherCrowd(
  { port, protocol, roomId, tokenKey, selections = 1 }: RunningServer,
  subscribers: number,
  folder: string,
): Promise<Crowd> {
  const { child, stop } = start({
    file: process.execPath,
    args: ['--import', 'tsx', program],
    core: LOAD_CORE,
    logFile: `${folder}/clients.log`,
    channel: true,
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
  });
  const listeners = new Set<(message: FromClients) => void>();
  child.on('message', (message: FromClients) => {
    for (const hear of [...listeners]) hear(message);
  });
  const tell = (message: ToClients): void => void child.send(message);
  const heard = <Type extends FromClients['type']>(
    type: Type,
    within: number,
  ): Promise<Extract<FromClients, { type: Type }>> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        listeners.delete(hear);
        child.off('exit', gone);
      };
      const gone = (): void => {
        settle();
        reject(new Error(`The subscribers' process has ended; see ${folder}/clients.log.`));
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`The subscribers did not say "${type}" within ${within} ms.`));
      }, within);
      const hear = (message: FromClients): void => {
        if (message.type !== type && message.type !== 'failed') return;
        settle();
        if (message.type === 'failed') reject(new Error(message.reason));
        else resolve(message as Extract<FromClients, { type: Type }>);
      };
      child.once('exit', gone);
      listeners.add(hear);
    });

  const prepared = heard('prepared', JOIN_TIMEOUT_MS);
  tell({ type: 'prepare', port, protocol, roomId, subscribers, selections, tokenKey });
  await prepared;
  return {
    join: async (upTo, nextMessage) => {
      const joined = heard('joined', JOIN_TIMEOUT_MS);
      tell({ type: 'join', subscribers: upTo, nextMessage });
      await joined;
    },
    reached: async (number) => {
      const { at, number: which } = await heard('reached', REACH_TIMEOUT_MS);
      if (which !== number) throw new Error(`Message ${which} was there before ${number}.`);
      return at;
    },
    sent: (number, at) => tell({ type: 'sent', number, at }),
    measure: () => tell({ type: 'measure' }),
    report: async (number) => {
      const report = heard('report', REACH_TIMEOUT_MS);
      tell({ type: 'tell', number });
      return report;
    },
    leave: stop,
  };
}
