import { type FormEvent, useEffect, useState } from 'react';
import type { Authentication } from './authentication.ts';
import { type Confirmation, caughtCode } from './confirmation.ts';

const LOOK_EVERY_MS = 500;

interface Props {
  readonly confirmation: Confirmation;
  readonly authentication: Authentication;
}

/** Takes the code of the app, or of the mail: where mail is caught on this machine, it is filled in. */
export function ConfirmForm({ confirmation, authentication }: Props) {
  const [code, setCode] = useState('');
  const [to, setTo] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isMailed = confirmation.by === 'MAIL';
  useEffect(() => {
    if (!isMailed) return;
    const timer = setInterval(async () => {
      const caught = await caughtCode(confirmation);
      if (!caught) return;
      clearInterval(timer);
      setTo(caught.to);
      setCode(caught.code);
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [confirmation, isMailed]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setProblem(
      await authentication.confirm(confirmation, code).catch(() => 'The gateway does not answer.'),
    );
  };
  const mailed = to === null ? 'The code of the mail ' : `The code mailed to ${to} `;
  return (
    <form className="souk-form" onSubmit={submit}>
      <label>
        {isMailed ? mailed : 'The code of your app '}
        <input
          value={code}
          onChange={({ target }) => setCode(target.value)}
          aria-label={isMailed ? 'Code of the mail' : 'Code of your app'}
          autoComplete="one-time-code"
          size={10}
          required
        />
      </label>
      <button type="submit">Confirm</button>
      <span className="souk-problem" role="alert">
        {problem}
      </span>
    </form>
  );
}
