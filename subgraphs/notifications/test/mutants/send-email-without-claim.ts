import { mailText } from '../../src/domain/email.ts';
import type { sendEmail } from '../../src/use-cases/send-email.ts';

/** The naive way: looks whether it is sent, sends it, writes down that it is. */
export const sendEmailWithoutClaim: typeof sendEmail = async (deps, id) => {
  const { stores, transport, clock, mailFrom: from, verifyEmailUrl } = deps;
  const [email] = await stores.emails.findMany([id]);
  if (email?.status !== 'PENDING') return;
  const parameters = { displayName: 'Ada', token: 't', expiresAt: 'soon', welcome: true };
  const text = mailText({ template: 'CONFIRM_ADDRESS', parameters }, { verifyEmailUrl });
  const to = 'ada@example.test';
  const { providerId } = await transport.send({ messageId: `<${id}@x>`, from, to, ...text });
  await stores.emails.markSent(id, providerId, clock());
};
