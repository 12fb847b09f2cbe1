// Draws the mails as their readers see them (docs/pictures): in a window, on a phone, and as text. Needs Chromium.
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { accountMail } from '../subgraphs/notifications/src/domain/account-mail.ts';
import type { Mail } from '../subgraphs/notifications/src/domain/mail.ts';
import type { Notification } from '../subgraphs/notifications/src/domain/notification.ts';
import { renderMail } from '../subgraphs/notifications/src/mail/render-mail.ts';
import { noticesMail } from '../subgraphs/notifications/src/use-cases/notices-mail.ts';

const PICTURES = fileURLToPath(new URL('./pictures/', import.meta.url));
const SIZES = {
  window: { width: 760, height: 600 },
  phone: { width: 390, height: 844 },
} as const;

const code = accountMail(
  {
    template: 'CODE',
    parameters: { purpose: 'SIGN_IN', code: 'K7QM2TXA', expiresAt: '2030-01-02T15:04:00Z' },
  },
  { codePageUrl: 'https://souk.example/code#{code}', language: 'en' },
);

const AT = new Date('2030-01-02T12:00:00Z');
const noticeOf = (given: Partial<Notification>): Notification => ({
  ...{
    id: 'ntf_example',
    userId: 'usr_reader',
    kind: 'MESSAGE',
    title: null,
    body: '',
    words: null,
  },
  ...{ actorId: 'usr_ada', roomId: 'room_plans', messageId: null, orderId: null, target: null },
  ...{ count: 1, createdAt: AT, updatedAt: AT, readAt: null, archivedAt: null, snoozedUntil: null },
  ...given,
});
/** What notifications know of the people and rooms in the example. */
const stores = {
  people: {
    findMany: async () => [{ userId: 'usr_ada', displayName: 'Ada Lovelace', locale: 'de' }],
  },
  rooms: { findMany: async () => [{ id: 'room_plans', name: 'plans' }] },
  preferences: { settingsOf: async () => new Map() },
} as unknown as Parameters<typeof noticesMail>[0]['stores'];
const notices = await noticesMail(
  { stores },
  {
    userId: 'usr_reader',
    notices: [
      noticeOf({ words: { text: 'ORDER_PAID', values: { number: 'S-1001' } }, roomId: null }),
      noticeOf({ body: '' }),
      noticeOf({ body: 'Tee um vier? Der Kessel steht schon auf dem Herd.', count: 3 }),
    ],
    unsubscribeUrl: 'https://souk.example/mail/unsubscribe/…',
  },
);

async function draw(page: Page, name: string, mail: Mail): Promise<void> {
  const { html, text } = await renderMail(mail);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.setContent(html);
    await page.screenshot({ path: `${PICTURES}mail-${name}-${size}.png`, fullPage: true });
  }
  await page.setViewportSize(SIZES.window);
  await page.setContent('<pre style="font: 14px/1.5 monospace; white-space: pre-wrap"></pre>');
  await page.locator('pre').evaluate((pre, shown) => {
    pre.textContent = shown;
  }, `${mail.subject}\n\n${text}`);
  await page.screenshot({ path: `${PICTURES}mail-${name}-text.png`, fullPage: true });
}

const executablePath = [
  process.env.CHROMIUM ?? '',
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
].find((path) => existsSync(path));
if (!executablePath) throw new Error('There is no Chromium; say where in CHROMIUM.');
mkdirSync(PICTURES, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  await draw(page, 'code', code);
  await draw(page, 'notices', notices);
} finally {
  await browser.close();
}
