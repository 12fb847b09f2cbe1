import { type FormEvent, useEffect, useState } from 'react';
import type { Authentication } from './authentication.ts';
import { type Confirmation, caughtCode } from './confirmation.ts';

const LOOK_EVERY_MS = 500;

interface Props {
  readonly confirmation: Confirmation;
  readonly authentication: Authentication;
}

/** Takes the code of the mail; where mail is caught on this machine, it is filled in. */
export function ConfirmForm({ confirmation, authentication }: Props) {
  const [code, setCode] = useState('');
  const [to, setTo] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const timer = setInterval(async () => {
      const caught = await caughtCode(confirmation);
      if (!caught) return;
      clearInterval(timer);
      setTo(caught.to);
      setCode(caught.code);
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [confirmation]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setProblem(
      await authentication.confirm(confirmation, code).catch(() => 'The gateway does not answer.'),
    );
  };
  return (
    <form className="souk-form" onSubmit={submit}>
      <label>
        {to === null ? 'The code of the mail ' : `The code mailed to ${to} `}
        <input
          value={code}
          onChange={({ target }) => setCode(target.value)}
          aria-label="Code of the mail"
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
