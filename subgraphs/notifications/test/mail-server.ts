import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  messageId: string;
  to: string;
  raw: string;
}

/** A real mail server that keeps what it takes. */
export async function startMailServer() {
  const received: ReceivedMail[] = [];
  /** Answers to come before it takes anything: an SMTP code each. */
  const refusals: number[] = [];
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
      session: { envelope: { rcptTo: { address: string }[] } },
      done: () => void,
    ) => {
      void (async () => {
        let raw = '';
        for await (const chunk of stream) raw += chunk.toString();
        const messageId = /^Message-ID: (.+)$/im.exec(raw)?.[1]?.trim() ?? '';
        received.push({ messageId, to: session.envelope.rcptTo[0]?.address ?? '', raw });
        done();
      })();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refusals,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;
