import { type FormEvent, useState, useSyncExternalStore } from 'react';
import type { Authentication } from './authentication.ts';
import { ConfirmForm } from './confirm-form.tsx';
import type { Confirmations } from './confirmation.ts';
import type { DemoPeople } from './demo-people.ts';
import type { Session, Sessions } from './session.ts';

interface Props {
  readonly sessions: Sessions;
  readonly confirmations: Confirmations;
  readonly authentication: Authentication;
  readonly demo: DemoPeople | null;
}

const NOBODY = '';

/** Who this tab acts as, and how to become somebody. */
export function SignInBar({ sessions, confirmations, authentication, demo }: Props) {
  const pending = useSyncExternalStore(confirmations.subscribe, () => confirmations.pending);
  const active = useSyncExternalStore(sessions.subscribe, () => sessions.active);
  const all = useSyncExternalStore(sessions.subscribe, () => sessions.all);
  return (
    <header className="souk-bar">
      <strong className="souk-name">Souk</strong>
      {demo && (
        <DemoPicker
          demo={demo}
          active={active}
          sessions={sessions}
          authentication={authentication}
        />
      )}
      {pending && (
        <ConfirmForm
          key={pending.challengeId}
          confirmation={pending}
          authentication={authentication}
        />
      )}
      {active ? (
        <SignedIn active={active} all={all} sessions={sessions} authentication={authentication} />
      ) : (
        <SignInForm all={all} sessions={sessions} authentication={authentication} />
      )}
    </header>
  );
}

type PickerProps = Pick<Props, 'sessions' | 'authentication'> & {
  demo: DemoPeople;
  active: Session | null;
};

/** One click makes this tab a demo person, signed in before or not. */
function DemoPicker({ demo, active, sessions, authentication }: PickerProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const be = async (username: string) => {
    if (sessions.all.some(({ name }) => name === username)) return sessions.switchTo(username);
    setProblem(
      await authentication
        .signIn(username, demo.password)
        .catch(() => 'The gateway does not answer.'),
    );
  };
  return (
    <fieldset className="souk-people">
      <legend>Be</legend>
      {demo.people.map(({ username, displayName }) => (
        <button
          key={username}
          type="button"
          title={displayName}
          aria-pressed={active?.name === username}
          onClick={() => void be(username)}
        >
          {username}
        </button>
      ))}
      <span className="souk-problem" role="alert">
        {problem}
      </span>
    </fieldset>
  );
}

function SignedIn({
  active,
  all,
  sessions,
  authentication,
}: Pick<Props, 'sessions' | 'authentication'> & { active: Session; all: readonly Session[] }) {
  return (
    <div className="souk-form">
      <label>
        Signed in as{' '}
        <select
          aria-label="Signed in as"
          value={active.name}
          onChange={({ target }) =>
            sessions.switchTo(target.value === NOBODY ? null : target.value)
          }
        >
          {all.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
          <option value={NOBODY}>somebody else…</option>
        </select>
      </label>
      <button type="button" onClick={() => void authentication.signOut()}>
        Sign out
      </button>
    </div>
  );
}

function SignInForm({
  all,
  sessions,
  authentication,
}: Pick<Props, 'sessions' | 'authentication'> & { all: readonly Session[] }) {
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const failed = await authentication
      .signIn(String(form.get('login')), String(form.get('password')))
      .catch(() => 'The gateway does not answer.');
    setProblem(failed);
  };
  return (
    <form className="souk-form" onSubmit={submit}>
      {all.length > 0 && (
        <select
          aria-label="Go on as"
          value={NOBODY}
          onChange={({ target }) => sessions.switchTo(target.value)}
        >
          <option value={NOBODY}>go on as…</option>
          {all.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <input
        name="login"
        placeholder="e-mail or username"
        aria-label="E-mail or username"
        autoComplete="username"
        required
      />
      <input
        name="password"
        type="password"
        placeholder="password"
        aria-label="Password"
        autoComplete="current-password"
        required
      />
      <button type="submit">Sign in</button>
      <span className="souk-problem" role="alert">
        {problem}
      </span>
    </form>
  );
}
