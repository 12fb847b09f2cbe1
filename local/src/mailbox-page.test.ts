import { expect, test } from 'vitest';
import { mailboxPage } from './mailbox-page.ts';

test('what a mail says is shown as text, never run', () => {
  const page = mailboxPage([
    {
      to: '"><img src=x onerror=alert(1)>',
      subject: '<script>x</script>',
      text: 'a < b & c',
      sentAt: new Date(0),
    },
  ]);
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('<img');
  expect(page).toContain('a &lt; b &amp; c');
});
