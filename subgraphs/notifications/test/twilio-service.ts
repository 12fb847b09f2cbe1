import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asListener } from '@souk/testkit';
import type { TwilioAccount } from '../src/sms/twilio-account.ts';

/** The shapes of Twilio's API for messages on this machine: what it takes it keeps, by its number. */
export async function startTwilio() {
  const account: TwilioAccount = {
    ...{ accountSid: 'AC0123456789', authToken: 'a secret of the account', from: '+15005550006' },
  };
  const taken: { to: string; text: string; sid: string; statusUrl: string | null }[] = [];
  /** Answers to come before anything is taken: status and Twilio's code; or the line ends without one. */
  const answers: ([status: number, code?: number] | 'LOSE_ANSWER')[] = [];
  const server = createServer(
    asListener(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const answer = (status: number, body: object) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      const { accountSid, authToken, from } = account;
      const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
      if (request.headers.authorization !== expected) return answer(401, { code: 20003 });
      if (request.url !== `/2010-04-01/Accounts/${accountSid}/Messages.json`)
        return answer(404, {});
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const coming = answers.shift();
      if (Array.isArray(coming)) return answer(coming[0], { code: coming[1] });
      if (form.get('From') !== from) return answer(400, { code: 21603 });
      const sid = `SM${taken.length + 1}`;
      const [to, text] = [form.get('To') ?? '', form.get('Body') ?? ''];
      taken.push({ to, text, sid, statusUrl: form.get('StatusCallback') });
      if (coming === 'LOSE_ANSWER') return request.socket.destroy();
      return answer(201, { sid, status: 'queued' });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    account,
    url: `http://127.0.0.1:${port}`,
    taken,
    answers,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
