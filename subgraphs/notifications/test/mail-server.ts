import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  messageId: string;
  to: string;
  raw: string;
}

/** A real mail server that keeps what it takes; on a port of its own, unless it comes back on one. */
export async function startMailServer({ port: given = 0 } = {}) {
  const received: ReceivedMail[] = [];
  /** Answers to come before it takes anything: an SMTP code each. */
  const refusals: number[] = [];
  /**
   * What becomes of the next texts: the line breaks before they are taken, or before the answer that they
   * were, or they are taken late.
   */
  const faults: ('DROP' | 'LOSE_ANSWER' | 'SLOW')[] = [];
  /** Of these Message-IDs the next text is answered "not now". */
  const busyFor = new Set<string>();
  /** What happens once the next texts are taken, and before the answer that they were. */
  const beforeAnswers: ((mail: ReceivedMail) => Promise<void>)[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: (_address: unknown, _session: unknown, done: (error?: Error) => void) => {
      const responseCode = refusals.shift();
      done(responseCode ? Object.assign(new Error('Not now'), { responseCode }) : undefined);
    },
    onData: (
      stream: AsyncIterable<Buffer>,
      session: { id: string; envelope: { rcptTo: { address: string }[] } },
      done: (error?: Error) => void,
    ) => {
      (async () => {
        let raw = '';
        for await (const chunk of stream) raw += chunk.toString();
        const fault = faults.shift();
        if (fault === 'DROP') return lineOf(session.id)?.destroy();
        if (fault === 'SLOW') await delay(300);
        const messageId = /^Message-ID: (.+)$/im.exec(raw)?.[1]?.trim() ?? '';
        if (busyFor.delete(messageId)) {
          return done(Object.assign(new Error('Not now'), { responseCode: 451 }));
        }
        const mail = { messageId, to: session.envelope.rcptTo[0]?.address ?? '', raw };
        received.push(mail);
        await beforeAnswers.shift()?.(mail);
        if (fault === 'LOSE_ANSWER') return lineOf(session.id)?.destroy();
        return done();
      })().catch(done);
    },
  });
  const lineOf = (id: string) => {
    const lines = server.connections as ReadonlySet<{ id: string; _socket: Socket }>;
    return [...lines].find((line) => line.id === id)?._socket;
  };
  await new Promise<void>((resolve) => server.listen(given, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    refusals,
    faults,
    busyFor,
    beforeAnswers,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;
