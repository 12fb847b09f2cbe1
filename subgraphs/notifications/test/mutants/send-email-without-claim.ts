import { codeMailText } from '../../src/domain/email.ts';
import type { sendEmail } from '../../src/use-cases/send-email.ts';

/** The naive way: looks whether it is sent, sends it, writes down that it is. */
export const sendEmailWithoutClaim: typeof sendEmail = async (deps, id) => {
  const { stores, transport, clock, mailFrom: from, codePageUrl } = deps;
  const [email] = await stores.emails.findMany([id]);
  if (email?.status !== 'PENDING') return;
  const parameters = { purpose: 'SIGN_IN', code: 'ABCD2345', expiresAt: 'soon' } as const;
  const text = codeMailText({ template: 'CODE', parameters }, { codePageUrl });
  const to = 'ada@example.test';
  const { providerId } = await transport.send({ messageId: `<${id}@x>`, from, to, ...text });
  await stores.emails.markSent(id, providerId, clock());
};
