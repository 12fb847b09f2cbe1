import { accountMail } from '../../src/domain/account-mail.ts';
import type { sendEmail } from '../../src/use-cases/send-email.ts';

/** The naive way: looks whether it is sent, sends it, writes down that it is. */
export const sendEmailWithoutClaim: typeof sendEmail = async (deps, id) => {
  const { stores, transport, clock, mailFrom: from, codePageUrl } = deps;
  const [email] = await stores.emails.findMany([id]);
  if (email?.status !== 'PENDING') return;
  const parameters = {
    purpose: 'SIGN_IN',
    code: 'ABCD2345',
    expiresAt: '2100-01-01T00:00:00Z',
  } as const;
  const mail = accountMail({ template: 'CODE', parameters }, { codePageUrl, language: 'en' });
  const { subject } = mail;
  const to = 'ada@example.test';
  const written = await deps.renderMail(mail);
  const { providerId } = await transport.send({
    ...{ messageId: `<${id}@x>`, from, to, subject, ...written },
  });
  const at = clock();
  const late = await stores.emails.claim(id, at, new Date(at.getTime() + 60_000));
  if (late) await stores.emails.markSent(late, { providerId, at });
};
