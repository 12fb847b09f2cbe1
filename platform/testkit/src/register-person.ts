import { insist } from './insist.ts';
import { type MailingUsers, mailedCode } from './mailed-code.ts';

/** What opens an account, as `registerUser` takes it. */
export interface RegisteringPerson {
  readonly email: string;
  readonly username: string;
  readonly displayName: string;
  readonly password: string;
}

/** How to ask a gateway; gives `data`, and throws where there is none. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
export type Ask = (query: string, variables: { input: object }) => Promise<any>;

const REGISTER = `mutation ($input: RegisterUserInput!) {
  registerUser(input: $input) {
    challenge { challengeId }
    errors { __typename ... on UserError { code message path } }
  }
}`;
const CONFIRM = `mutation ($input: ConfirmRegistrationInput!) {
  confirmRegistration(input: $input) {
    viewer { user { id } }
    tokens { accessToken refreshToken }
    errors { __typename ... on UserError { code message path } }
  }
}`;

/** Registers through a gateway as a person does, but for looking into the mailbox. */
export async function registerPerson(
  ask: Ask,
  users: MailingUsers,
  input: RegisteringPerson,
): Promise<{ readonly id: string; readonly token: string; readonly refreshToken: string }> {
  const { registerUser } = await insist(() => ask(REGISTER, { input }));
  if (!registerUser.challenge) throw new Error(JSON.stringify(registerUser.errors));
  const { challengeId } = registerUser.challenge;
  const code = await mailedCode(users, input.email);
  const confirm = { input: { challengeId, code } };
  const { confirmRegistration } = await insist(() => ask(CONFIRM, confirm));
  const { viewer, tokens, errors } = confirmRegistration;
  if (!tokens) throw new Error(JSON.stringify(errors));
  const { accessToken: token, refreshToken } = tokens;
  return { id: viewer.user.id, token, refreshToken };
}
