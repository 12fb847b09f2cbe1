/** What the page needs of a mail. */
interface ShownMail {
  to: string;
  subject: string;
  text: string;
  sentAt: Date;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const mailHtml = ({ to, subject, text, sentAt }: ShownMail) => `
  <article>
    <header>
      <h2>${escaped(subject)}</h2>
      <p>to ${escaped(to)}, <time datetime="${sentAt.toISOString()}">${sentAt.toISOString()}</time></p>
    </header>
    <pre>${escaped(text)}</pre>
  </article>`;

/** The page at /dev/mailbox: every mail that would have been sent, newest first. */
export const mailboxPage = (mails: readonly ShownMail[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width">
<title>Souk: caught mail</title>
<style>
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui; color: #222; }
  article { border: 1px solid #ddd; border-radius: 8px; padding: 1rem; margin: 1rem 0; }
  h2 { margin: 0; font-size: 1.1rem } header p { margin: 0; color: #666 }
  pre { white-space: pre-wrap; overflow-wrap: anywhere }
</style>
<h1>Caught mail</h1>
<p>Nothing leaves this machine. Register somebody, and the welcome mail appears here.</p>
${mails.length > 0 ? mails.map(mailHtml).join('') : '<p><em>No mail yet.</em></p>'}
</html>
`;
