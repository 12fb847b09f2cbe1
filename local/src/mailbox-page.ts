/** The page at /dev/mailbox; its script fills it, and adds new mails without touching what is there. */
export const MAILBOX_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Souk: caught mail</title>
<link rel="icon" href="data:,">
<style>
  :root { --ink: light-dark(#222, #eee); --faint: light-dark(#666, #aaa); --line: light-dark(#ddd, #444); --paper: light-dark(#fff, #1b1720) }
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui; color: var(--ink); background: var(--paper) }
  article { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0 }
  h2 { margin: 0; font-size: 1.1rem } header p, #state { margin: 0; color: var(--faint) }
  iframe { width: 100%; height: 28rem; border: 1px solid var(--line); border-radius: 6px; margin-top: .5rem; background: #fff }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
  .actions { display: flex; flex-wrap: wrap; gap: .5rem }
  .actions > * { padding: .4rem .8rem; min-height: 1.5rem; font: inherit; font-weight: 600; color: #2a1d38; background: #f2b84b; border: 0; border-radius: 6px; text-decoration: none; cursor: pointer }
</style>
<h1>Caught mail</h1>
<p>Nothing leaves this machine. Register somebody, and the mail with the code appears here by itself.</p>
<p id="state" role="status">Looking…</p>
<main id="mails"></main>
<script src="/dev/mailbox.js"></script>
</html>
`;

/**
 * The script of the page. What a mail says becomes text nodes only, so nothing in it can run; links
 * become buttons only where they are http.
 */
export const MAILBOX_SCRIPT = `'use strict';
const LOOK_EVERY_MS = 2000;
const shown = new Set();
const mails = document.getElementById('mails');
const state = document.getElementById('state');

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

// A page that came in the clear from another machine has no clipboard of its own.
const copied = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = element('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
};

const copying = (label, text) => {
  const button = element('button', label, { type: 'button' });
  button.addEventListener('click', async () => {
    button.textContent = (await copied(text)) ? 'Copied' : text;
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
};

// A code stands on a line of its own, set in by blanks; so does a link.
const actionsOf = (text) => {
  const actions = [];
  for (const line of text.split('\\n').filter((each) => /^ {4}\\S+$/.test(each))) {
    const word = line.trim();
    if (/^https?:\\/\\//.test(word)) {
      actions.push(element('a', 'Open the link', { href: word, target: '_blank', rel: 'noreferrer' }));
      actions.push(copying('Copy the link', word));
    } else actions.push(copying('Copy the code', word));
  }
  return actions;
};

const articleOf = ({ to, subject, text, html: mailHtml, sentAt }) => {
  const article = element('article');
  const header = element('header');
  const line = element('p', 'to ' + to + ', ');
  line.append(element('time', new Date(sentAt).toLocaleString(), { datetime: sentAt }));
  header.append(element('h2', subject), line);
  const actions = element('div', '', { class: 'actions' });
  actions.append(...actionsOf(text));
  const html = element('details');
  html.append(element('summary', 'As HTML'));
  // Sandboxed without anything allowed: no script, no form, no origin.
  html.addEventListener('toggle', () => {
    if (!html.querySelector('iframe')) html.append(element('iframe', '', { srcdoc: mailHtml, sandbox: '', title: subject }));
  }, { once: true });
  article.append(header, element('pre', text), ...(mailHtml ? [html] : []), actions);
  return article;
};

const look = async () => {
  try {
    const answer = await fetch('/dev/mailbox.json');
    const caught = await answer.json();
    for (const mail of caught.reverse()) {
      if (shown.has(mail.messageId)) continue;
      shown.add(mail.messageId);
      mails.prepend(articleOf(mail));
    }
    state.textContent = shown.size === 0 ? 'No mail yet.' : '';
  } catch {
    state.textContent = 'The gateway does not answer; still trying.';
  }
  setTimeout(look, LOOK_EVERY_MS);
};
look();
`;
