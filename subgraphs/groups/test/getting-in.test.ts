import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, insist, openInTests, type StartedSubgraph, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups({ worker: true });
  town = communityOf(graph);
  const invited = ['hal', 'ike', 'eve', 'bo', 'bad', 'member', 'jo', 'kit', 'lea'];
  await sql(
    graph,
    `INSERT INTO known_user (id, username, display_name, sequence)
     SELECT id, id, 'Somebody', 0 FROM unnest($1::text[]) id`,
    [invited.map(userIdOf)],
  );
});
afterAll(() => graph[Symbol.asyncDispose]());

const codesOf = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);
const request = (groupId: string, who: string, note?: string) =>
  town.ask('requestToJoin', { groupId, note }, as(who));
const decide = (joinRequestId: string, who: string, decision: string, note?: string) =>
  town.ask('decideJoinRequest', { joinRequestId, decision, note }, as(who));
const withdraw = (joinRequestId: string, who: string) =>
  town.ask('withdrawJoinRequest', { joinRequestId }, as(who));
const requestsOf = async (id: string, who: string, page: object = {}) =>
  (await town.ask('joinRequests', { id, status: 'PENDING', ...page }, as(who))).joinRequests;

const FOLLOW = `subscription ($after: EventCursor) { membershipEvents(after: $after) { __typename
  ... on MembershipChanged { groupId change group { id } }
  ... on JoinRequestChanged { request { id status group { id } } } } }`;
interface Sent {
  data?: { membershipEvents: Record<string, unknown> };
}
const eventsIn = ({ items }: { items: Sent[] }) =>
  items.map(({ data }) => data?.membershipEvents).filter((one) => one?.__typename !== 'CaughtUp');

describe('asking to join', () => {
  test('a request is made once and answered once, and an accepted person joins', async () => {
    const { id } = await town.found({ joinPolicy: 'REQUEST' });
    const asked = await request(id, 'bo', 'I grow mint.');
    expect(asked).toMatchObject({
      request: { note: 'I grow mint.', status: 'PENDING', user: { id: userIdOf('bo') } },
      group: { id },
      errors: [],
    });
    const requestId = asked.request.id;
    expect((await request(id, 'bo', 'Again.')).request).toEqual(asked.request);
    expect((await requestsOf(id, 'ada')).edges).toEqual([{ node: asked.request }]);
    expect(await decide(requestId, 'ada', 'APPROVE', 'Welcome!')).toMatchObject({
      request: { status: 'APPROVED', decisionNote: 'Welcome!', decidedBy: { id: userIdOf('ada') } },
      member: { role: 'MEMBER', user: { id: userIdOf('bo') } },
      errors: [],
    });
    expect(codesOf(await decide(requestId, 'ada', 'DECLINE'))).toEqual(['JOIN_REQUEST_CLOSED']);
    expect(codesOf(await withdraw(requestId, 'bo'))).toEqual(['JOIN_REQUEST_CLOSED']);
    expect(codesOf(await request(id, 'bo'))).toEqual(['GROUP_ALREADY_MEMBER']);
    expect((await requestsOf(id, 'ada')).totalCount).toBe(0);
    const all = await requestsOf(id, 'ada', { status: null });
    expect(all.edges.map(({ node }: { node: { status: string } }) => node.status)).toEqual([
      'APPROVED',
    ]);
  });

  test('somebody who withdrew may ask again at once, and somebody who was declined a day later', async () => {
    const { id } = await town.found({ joinPolicy: 'REQUEST' });
    const first = (await request(id, 'bo')).request;
    expect(await withdraw(first.id, 'bo')).toMatchObject({ request: { status: 'WITHDRAWN' } });
    expect(await withdraw(first.id, 'bo')).toMatchObject({ request: { status: 'WITHDRAWN' } });
    const second = (await request(id, 'bo')).request;
    expect(second.id).not.toBe(first.id);
    expect(await decide(second.id, 'ada', 'DECLINE', 'Not yet.')).toMatchObject({ member: null });
    const OWN = `query ($id: ID!) { group(id: $id) { viewerJoinRequest { status decisionNote decidedBy { id } } }
      viewer { joinRequests { totalCount edges { node { id } } } } }`;
    const own = async () => await graph.ask(OWN, { id }, as('bo'));
    // Who is refused is not told by whom.
    expect((await own()).group.viewerJoinRequest).toEqual({
      ...{ status: 'DECLINED', decisionNote: 'Not yet.', decidedBy: null },
    });
    expect((await request(id, 'bo')).errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    const listed = (await own()).viewer.joinRequests.edges;
    expect(listed.slice(0, 2)).toEqual([{ node: { id: second.id } }, { node: { id: first.id } }]);
  });

  test.each([
    ['OPEN', 'GROUP_TAKES_NO_REQUESTS'],
    ['INVITE_ONLY', 'GROUP_TAKES_NO_REQUESTS'],
  ])('a group that is %s takes no requests', async (joinPolicy, code) => {
    const { id } = await town.found({ joinPolicy });
    expect(codesOf(await request(id, 'bo'))).toEqual([code]);
  });

  test('nobody can ask to join a private group, and banned people cannot ask at all', async () => {
    const hidden = await town.found({ visibility: 'PRIVATE', joinPolicy: 'REQUEST' });
    expect(codesOf(await request(hidden.id, 'bo'))).toEqual(['GROUP_NOT_FOUND']);
    const { id } = await town.found({ joinPolicy: 'REQUEST' });
    const { request: waiting } = await request(id, 'bo');
    await town.ask('banFromGroup', { groupId: id, userId: userIdOf('bo') });
    expect(codesOf(await decide(waiting.id, 'ada', 'APPROVE'))).toEqual(['JOIN_REQUEST_CLOSED']);
    expect(codesOf(await request(id, 'bo'))).toEqual(['MEMBER_BANNED']);
  });

  test('a full group approves nobody, and the request keeps waiting', async () => {
    const { id } = await town.found({ joinPolicy: 'REQUEST', seatLimit: 1 });
    const asked = (await request(id, 'bo')).request;
    expect(await decide(asked.id, 'ada', 'APPROVE')).toMatchObject({
      member: null,
      errors: [{ __typename: 'GroupFullError', seatLimit: 1 }],
    });
    await town.ask('updateGroup', { input: { id, seatLimit: 2 } });
    expect(codesOf(await decide(asked.id, 'ada', 'APPROVE'))).toEqual([]);
  });

  test('of two answers at once one counts', async () => {
    const { id } = await town.found({ joinPolicy: 'REQUEST' });
    for (const who of ['cy', 'dee']) {
      const asked = (await request(id, who)).request;
      const answers = await Promise.all(
        ['APPROVE', 'DECLINE'].map((decision) => decide(asked.id, 'ada', decision)),
      );
      expect(answers.flatMap(codesOf)).toEqual(['JOIN_REQUEST_CLOSED']);
    }
  });

  test('others can neither see nor answer a request', async () => {
    const { id } = await town.found({ joinPolicy: 'OPEN' });
    for (const who of ['mo', 'member']) await town.join(id, who);
    await town.setRole(id, 'ada', 'mo', 'MODERATOR');
    await town.ask('updateGroup', { input: { id, joinPolicy: 'REQUEST' } });
    const asked = (await request(id, 'bo')).request;
    const representations = [{ __typename: 'JoinRequest', id: asked.id }];
    const READ = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on JoinRequest { status } } }`;
    const read = async (who: string) =>
      (await graph.ask(READ, { representations }, as(who)))._entities[0];
    for (const who of ['mo', 'member', 'eve']) {
      expect(await requestsOf(id, who)).toBeNull();
      expect(await read(who)).toBeNull();
      expect(codesOf(await decide(asked.id, who, 'APPROVE'))).toEqual(['JOIN_REQUEST_NOT_FOUND']);
      expect(codesOf(await withdraw(asked.id, who))).toEqual(['JOIN_REQUEST_NOT_FOUND']);
    }
    expect(codesOf(await decide(asked.id, 'bo', 'APPROVE'))).toEqual(['GROUP_PERMISSION_MISSING']);
    expect(codesOf(await decide(newId('jrq'), 'ada', 'APPROVE'))).toEqual([
      'JOIN_REQUEST_NOT_FOUND',
    ]);
    expect([await read('bo'), await read('ada')]).toEqual([
      { status: 'PENDING' },
      { status: 'PENDING' },
    ]);
  });

  test('requesters and managers see it live, and archiving a group ends all its requests', async () => {
    const { id } = await town.found({ joinPolicy: 'OPEN' });
    await town.join(id, 'adi');
    await town.setRole(id, 'ada', 'adi', 'ADMIN');
    await town.ask('updateGroup', { input: { id, joinPolicy: 'REQUEST' } });
    await using own = await graph.subscribe(FOLLOW, {}, as('fay'));
    await using decider = await graph.subscribe(FOLLOW, {}, as('adi'));
    const asked = (await request(id, 'fay')).request;
    const changed = (status: string) => ({
      __typename: 'JoinRequestChanged',
      request: { id: asked.id, status, group: { id } },
    });
    await until(async () => eventsIn(decider).length === 1);
    expect(eventsIn(decider)).toEqual([changed('PENDING')]);
    await town.ask('archiveGroup', { groupId: id });
    await until(async () => eventsIn(own).length === 2 && eventsIn(decider).length === 2);
    expect(eventsIn(own).at(-1)).toEqual(changed('DECLINED'));
    expect(eventsIn(decider).at(-1)).toEqual(changed('DECLINED'));
  });
});

const invite = (groupId: string, who: string, given: Record<string, unknown> = {}) => {
  const input = { groupId, idempotencyKey: randomUUID(), ...given };
  return town.ask('inviteToGroup', { input }, as(who));
};
const inviteOne = async (groupId: string, given: Record<string, unknown> = {}) => {
  const { invites, errors } = await invite(groupId, 'ada', given);
  if (!invites) throw new Error(JSON.stringify(errors));
  return invites[0] as { id: string; code: string; url: string; expiresAt: string };
};
const answer = (groupInviteId: string, who: string, said: string) =>
  town.ask('answerInvite', { groupInviteId, answer: said }, as(who));
const revoke = (groupInviteId: string, who: string) =>
  town.ask('revokeInvite', { groupInviteId }, as(who));
const joinByCode = (inviteCode: string, who: string) =>
  town.ask('joinByCode', { inviteCode }, as(who));
const OWN_INVITES = `{ viewer { groupInvites { edges { node { id status group { id } preview { name }
  viewerCan } } } } }`;
const invitesOf = async (who: string) =>
  (await graph.ask(OWN_INVITES, {}, as(who))).viewer.groupInvites.edges.map(
    ({ node }: { node: object }) => node,
  );
const READ_INVITE = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on GroupInvite { id code url email status viewerCan } } }`;
const readInvite = async (id: string, who: string | null) => {
  const representations = [{ __typename: 'GroupInvite', id }];
  const viewer = who === null ? null : as(who);
  return (await graph.ask(READ_INVITE, { representations }, viewer))._entities[0];
};
const hidden = { visibility: 'PRIVATE', joinPolicy: 'INVITE_ONLY' };

describe('invitations by account', () => {
  test('an invited person sees what they need, and joins with the offered role', async () => {
    const { id } = await town.found({ ...hidden, name: 'Cellar' });
    await using stream = await graph.subscribe(FOLLOW, {}, as('hal'));
    const { id: inviteId } = await inviteOne(id, { userIds: [userIdOf('hal')], role: 'MODERATOR' });
    expect(await invitesOf('hal')).toEqual([
      {
        ...{ id: inviteId, status: 'PENDING', group: null, preview: { name: 'Cellar' } },
        viewerCan: ['ACCEPT', 'DECLINE'],
      },
    ]);
    for (const who of ['eve', null]) expect(await readInvite(inviteId, who)).toBeNull();
    expect(codesOf(await answer(inviteId, 'eve', 'ACCEPT'))).toEqual(['GROUP_INVITE_NOT_FOUND']);
    expect(await answer(inviteId, 'hal', 'ACCEPT')).toMatchObject({
      invite: { status: 'ACCEPTED', uses: 1, invitee: { id: userIdOf('hal') } },
      member: { role: 'MODERATOR', user: { id: userIdOf('hal') } },
      group: { id, memberCount: 2 },
      errors: [],
    });
    expect(await answer(inviteId, 'hal', 'ACCEPT')).toMatchObject({
      group: { memberCount: 2 },
      errors: [],
    });
    expect(await invitesOf('hal')).toEqual([]);
    await until(async () => eventsIn(stream).length === 3);
    expect(eventsIn(stream).map((event) => event?.__typename)).toEqual([
      ...['InviteReceived', 'InviteChanged', 'MembershipChanged'],
    ]);
  });

  test('inviting somebody again changes the role and end of their one invitation', async () => {
    const { id } = await town.found(hidden);
    const userIds = [userIdOf('ike')];
    const first = await inviteOne(id, { userIds });
    const again = await inviteOne(id, { userIds, role: 'ADMIN' });
    expect(again).toMatchObject({ id: first.id, role: 'ADMIN' });
    // Who could not have offered as much does not make it less.
    const { code } = await inviteOne(id);
    await joinByCode(code, 'mod');
    await town.setRole(id, 'ada', 'mod', 'MODERATOR');
    const lesser = await invite(id, 'mod', { userIds });
    expect(lesser.invites[0]).toMatchObject({ id: first.id, role: 'ADMIN' });
    expect(codesOf(await invite(id, 'ada', { userIds: [userIdOf('nobody')] }))).toEqual([
      'USER_NOT_FOUND',
    ]);
    const recorded = await sql(
      graph,
      `SELECT count(*)::int AS times FROM event_record WHERE type = 'groups.InviteReceived' AND stream = $1`,
      [`user:${userIdOf('ike')}`],
    );
    expect(recorded).toEqual([{ times: 1 }]);
    // One whose time is over stands in nobody's way.
    await sql(graph, `UPDATE invite SET expires_at = now() - interval '1 minute' WHERE id = $1`, [
      first.id,
    ]);
    const anew = await invite(id, 'mod', { userIds });
    expect(anew.invites[0]).toMatchObject({ role: 'MEMBER', status: 'PENDING' });
  });

  test('it is declined by the person it is for, and revoked by its inviter or those who manage members', async () => {
    const { id } = await town.found({ joinPolicy: 'OPEN' });
    for (const who of ['mo', 'member']) await town.join(id, who);
    await town.setRole(id, 'ada', 'mo', 'MODERATOR');
    const toEve = { userIds: [userIdOf('eve')] };
    const { invites } = await invite(id, 'mo', toEve);
    expect(codesOf(await revoke(invites[0].id, 'member'))).toEqual(['GROUP_INVITE_NOT_FOUND']);
    expect(codesOf(await revoke(invites[0].id, 'eve'))).toEqual(['GROUP_PERMISSION_MISSING']);
    expect(await answer(invites[0].id, 'eve', 'DECLINE')).toMatchObject({
      invite: { status: 'DECLINED' },
      member: null,
    });
    expect((await answer(invites[0].id, 'eve', 'DECLINE')).errors).toEqual([]);
    expect((await answer(invites[0].id, 'eve', 'ACCEPT')).errors).toMatchObject([
      { __typename: 'InviteInvalidError', code: 'GROUP_INVITE_INVALID', status: 'DECLINED' },
    ]);
    const second = (await invite(id, 'mo', toEve)).invites[0];
    expect(second.id).not.toBe(invites[0].id);
    expect(await revoke(second.id, 'ada')).toMatchObject({ invite: { status: 'REVOKED' } });
    expect((await answer(second.id, 'eve', 'ACCEPT')).errors).toMatchObject([
      { status: 'REVOKED' },
    ]);
    const listed = async (who: string, page: object = {}) =>
      (await town.ask('invites', { id, ...page }, as(who))).invites?.edges.map(
        ({ node }: { node: { status: string } }) => node.status,
      );
    expect(await listed('ada')).toEqual(['REVOKED', 'DECLINED']);
    expect(await listed('ada', { status: 'REVOKED' })).toEqual(['REVOKED']);
    expect(await listed('mo')).toBeUndefined();
  });

  test('nobody can invite members, banned people, or to higher roles', async () => {
    const { id } = await town.found({ joinPolicy: 'OPEN' });
    for (const who of ['mo', 'member']) await town.join(id, who);
    await town.setRole(id, 'ada', 'mo', 'MODERATOR');
    await town.ask('banFromGroup', { groupId: id, userId: userIdOf('bad') });
    const people = ['eve', 'member', 'bad'].map(userIdOf).sort();
    const { errors } = await invite(id, 'ada', { userIds: people });
    expect(errors.map(({ code, path }: { code: string; path: string[] }) => [code, path])).toEqual(
      people.flatMap((person, at) => {
        const path = ['input', 'userIds', String(at)];
        if (person === userIdOf('member')) return [['GROUP_ALREADY_MEMBER', path]];
        return person === userIdOf('bad') ? [['GROUP_INVITEE_BANNED', path]] : [];
      }),
    );
    const toEve = { userIds: [userIdOf('eve')] };
    expect(codesOf(await invite(id, 'member', toEve))).toEqual(['GROUP_PERMISSION_MISSING']);
    expect(codesOf(await invite(id, 'mo', { ...toEve, role: 'MODERATOR' }))).toEqual([
      'GROUP_PERMISSION_MISSING',
    ]);
    expect(await town.ask('invites', { id })).toMatchObject({ invites: { edges: [] } });
    // Who is banned meanwhile does not come in by what they had been offered.
    const offered = await inviteOne(id, toEve);
    await town.ask('banFromGroup', { groupId: id, userId: userIdOf('eve') });
    expect((await answer(offered.id, 'eve', 'ACCEPT')).errors).toMatchObject([
      { __typename: 'BannedError' },
    ]);
  });

  test('an invitation gives only what its inviter may still offer', async () => {
    const { id } = await town.found({ joinPolicy: 'OPEN' });
    await town.join(id, 'adi');
    await town.setRole(id, 'ada', 'adi', 'ADMIN');
    const input = { userIds: [userIdOf('jo')], role: 'MODERATOR' };
    const [offered] = (await invite(id, 'adi', input)).invites;
    const [code] = (await invite(id, 'adi')).invites;
    await town.setRole(id, 'ada', 'adi', 'MODERATOR');
    // At once, before any worker came by; a code for members still counts.
    expect((await answer(offered.id, 'jo', 'ACCEPT')).errors).toMatchObject([
      { status: 'REVOKED' },
    ]);
    await until(async () => (await readInvite(offered.id, 'jo')).status === 'REVOKED');
    expect((await readInvite(code.id, 'ada')).status).toBe('PENDING');
    await town.leave(id, 'adi');
    expect((await joinByCode(code.code, 'jo')).errors).toMatchObject([{ status: 'REVOKED' }]);
    await until(async () => (await readInvite(code.id, 'ada')).status === 'REVOKED');
  });

  test('founding a group invites people at once, and the same key invites once', async () => {
    const { id } = await town.found({ ...hidden, inviteUserIds: [userIdOf('kit')] });
    expect(await invitesOf('kit')).toMatchObject([{ preview: { name: 'Tea drinkers' } }]);
    const given = { userIds: [userIdOf('lea')], idempotencyKey: randomUUID() };
    const first = await invite(id, 'ada', given);
    expect(await invite(id, 'ada', given)).toEqual({ ...first, replayed: true });
    expect(codesOf(await invite(id, 'ada', { ...given, role: 'ADMIN' }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
  });
});

describe('invitations by code', () => {
  test('a code admits exactly its limit of people, however many use it at once', async () => {
    const { id } = await town.found(hidden);
    const { code, id: inviteId } = await inviteOne(id, { maxUses: 2 });
    expect(Buffer.from(code, 'base64url')).toHaveLength(24);
    const crowd = ['c1', 'c2', 'c3', 'c4', 'c5'];
    const answers = await Promise.all(crowd.map((who) => insist(() => joinByCode(code, who))));
    expect(answers.filter(({ member }) => member !== null)).toHaveLength(2);
    for (const { errors } of answers.filter(({ member }) => member === null)) {
      expect(errors).toMatchObject([{ code: 'GROUP_INVITE_INVALID', status: 'ACCEPTED' }]);
    }
    expect((await town.ask('group', { id })).memberCount).toBe(3);
    expect(await readInvite(inviteId, 'ada')).toMatchObject({ status: 'ACCEPTED', viewerCan: [] });
  });

  test('everybody with a code sees its group, but its id alone gives no access', async () => {
    const { id } = await town.found({ ...hidden, name: 'Cellar' });
    const { code, url, id: inviteId } = await inviteOne(id);
    expect(url).toBe(`https://souk.example/invitations#${code}`);
    expect(await town.ask('groupInvite', { code }, null)).toMatchObject({
      ...{ preview: { name: 'Cellar', memberCount: 1 }, group: null, status: 'PENDING' },
      ...{ email: null, viewerCan: [] },
    });
    expect(await town.ask('groupInvite', { code }, as('eve'))).toMatchObject({
      viewerCan: ['ACCEPT'],
    });
    // Its id stands in lists and events, and lets nobody in.
    expect([await readInvite(inviteId, 'eve'), await readInvite(inviteId, null)]).toEqual([
      null,
      null,
    ]);
    for (const said of ['ACCEPT', 'DECLINE']) {
      expect(codesOf(await answer(inviteId, 'eve', said))).toEqual(['GROUP_INVITE_NOT_FOUND']);
    }
    expect(codesOf(await joinByCode(code, 'eve'))).toEqual([]);
    const both = await graph.execute(
      'mutation ($id: ID, $code: String) { joinGroup(groupId: $id, inviteCode: $code) { errors { __typename } } }',
      { id, code },
      as('bo'),
    );
    expect(JSON.stringify(both)).toMatch(/ValidationError|EXACTLY_ONE_REQUIRED/);
  });

  test('a code of somebody else’s invitation, or none, is the same, and is not tried for long', async () => {
    const { id } = await town.found(hidden);
    const { code } = await inviteOne(id, { userIds: [userIdOf('bo')] });
    expect(codesOf(await joinByCode(code, 'eve'))).toEqual(['GROUP_INVITE_NOT_FOUND']);
    expect(await town.ask('groupInvite', { code }, as('eve'))).toEqual({ data: { answer: null } });
    const tries = [];
    for (let count = 0; count < 31; count += 1) {
      tries.push(...codesOf(await joinByCode(`none${count}`, 'guesser')));
    }
    expect(tries.slice(0, 30)).toEqual(Array(30).fill('GROUP_INVITE_NOT_FOUND'));
    expect(tries[30]).toBe('RATE_LIMITED');
    // What is right still counts.
    expect(codesOf(await joinByCode((await inviteOne(id)).code, 'guesser'))).toEqual([]);
  });

  test('when a group is archived its invitations are taken back', async () => {
    const { id } = await town.found(hidden);
    const { code, id: inviteId } = await inviteOne(id);
    await town.ask('archiveGroup', { groupId: id });
    expect((await joinByCode(code, 'eve')).errors).toMatchObject([{ status: 'REVOKED' }]);
    await until(async () => (await readInvite(inviteId, 'ada')).status === 'REVOKED');
  });
});

describe('invitations by mail', () => {
  const verify = (who: string, email: string, sequence: number) =>
    graph.deliver('users.EmailVerified', { userId: userIdOf(who), email }, { sequence });

  test('only the person who proves the address can join', async () => {
    const { id } = await town.found(hidden);
    const emails = ['Nora@Example.com'];
    const { id: inviteId } = await inviteOne(id, { emails });
    const [mail] = await sql(
      graph,
      `SELECT payload FROM event_record WHERE type = 'groups.InviteMailed' AND payload->>'inviteId' = $1`,
      [inviteId],
    );
    const { url: sealed, email } = (mail as { payload: { url: string; email: string } }).payload;
    expect(sealed).toMatch(/^sealed:/);
    const url = openInTests(sealed);
    expect(email).toBe('nora@example.com');
    const code = url.split('#')[1] as string;
    expect(codesOf(await joinByCode(code, 'nora'))).toEqual(['GROUP_INVITE_NOT_FOUND']);
    await using stream = await graph.subscribe(FOLLOW, {}, as('nora'));
    await verify('nora', 'nora@example.com', 1);
    await until(async () => eventsIn(stream).length === 1);
    expect(eventsIn(stream)[0]).toMatchObject({ __typename: 'InviteReceived' });
    expect(await invitesOf('nora')).toMatchObject([
      { id: inviteId, viewerCan: ['ACCEPT', 'DECLINE'] },
    ]);
    expect(codesOf(await joinByCode(code, 'eve'))).toEqual(['GROUP_INVITE_NOT_FOUND']);
    expect(await joinByCode(code, 'nora')).toMatchObject({ group: { id }, errors: [] });
    const rows = await sql(graph, 'SELECT status, invitee_email FROM invite WHERE id = $1', [
      inviteId,
    ]);
    expect(rows).toEqual([{ status: 'ACCEPTED', invitee_email: '' }]);
  });

  test('the inviter gets the same answer with and without an account at the address', async () => {
    const { id } = await town.found(hidden);
    await verify('olga', 'olga@example.com', 1);
    await until(async () => {
      const known = await sql(graph, 'SELECT 1 FROM known_address WHERE user_id = $1', [
        userIdOf('olga'),
      ]);
      return known.length === 1;
    });
    const { invites } = await invite(id, 'ada', {
      emails: ['olga@example.com', 'zoe@example.com'],
    });
    const shown = invites.map(
      ({ id: _, code, url, email, expiresAt, ...rest }: Record<string, unknown>) => {
        expect([code, url, email, expiresAt].every((one) => typeof one === 'string')).toBe(true);
        return rest;
      },
    );
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject({ invitee: null, status: 'PENDING' });
    expect(await invitesOf('olga')).toHaveLength(1);
    // An address that they gave up is theirs no more.
    await verify('olga', 'olga@elsewhere.example', 2);
    await until(async () => (await invitesOf('olga')).length === 0);
    expect(codesOf(await answer(invites[0].id, 'olga', 'ACCEPT'))).toEqual([
      'GROUP_INVITE_NOT_FOUND',
    ]);
  });
});

test('members are found by their names, as they are now', async () => {
  const { id } = await town.found({ joinPolicy: 'OPEN' });
  for (const who of ['pia', 'quin']) await town.join(id, who);
  const named = (who: string, displayName: string) => ({
    ...{ userId: userIdOf(who), username: who, displayName, locale: null },
  });
  const email = 'x@example.com';
  await graph.deliver(
    'users.UserRegistered',
    { ...named('pia', 'Pía Núñez'), email },
    { sequence: 1 },
  );
  await graph.deliver('users.UserRegistered', { ...named('quin', 'Quin'), email }, { sequence: 1 });
  const FIND = `query ($id: ID!, $query: String) { group(id: $id) { members(filter: { query: $query }) {
    edges { node { user { id } } } } } }`;
  const found = async (query: string) => {
    const { members } = (await graph.ask(FIND, { id, query })).group;
    const ids = members.edges.map(({ node }: { node: { user: { id: string } } }) => node.user.id);
    return ids;
  };
  await until(async () => (await found('nunez')).length + (await found('quin')).length === 2);
  expect(await found('pia nu')).toEqual([userIdOf('pia')]);
  expect(await found('!')).toEqual([]);
  const changed = { ...named('pia', 'Rosa'), changed: ['displayName'] };
  await graph.deliver('users.ProfileUpdated', changed, { sequence: 2 });
  await until(async () => (await found('rosa')).length === 1);
  expect(await found('nunez')).toEqual([]);
  const COUNT = FIND.replace('edges {', 'totalCount edges {');
  const data = await graph.ask(COUNT, { id, query: 'rosa' });
  expect(data.group.members.totalCount).toBe(1);
});

test('erased people leave their groups, and no group stays without an owner', async () => {
  const gone = as('gone');
  const { id: kept } = await town.found({ joinPolicy: 'OPEN' }, gone);
  for (const who of ['mem', 'mod', 'mod2']) await town.join(kept, who);
  for (const who of ['mod', 'mod2']) await town.setRole(kept, 'gone', who, 'MODERATOR');
  const { id: empty } = await town.found({ joinPolicy: 'OPEN' }, gone);
  const { id: other } = await town.found({ joinPolicy: 'OPEN' });
  await town.join(other, 'gone');
  const { id: wanted } = await town.found({ joinPolicy: 'REQUEST' });
  await request(wanted, 'gone');
  await graph.deliver('users.UserErased', { userId: gone.userId });
  const membersOf = async (id: string) => (await town.ask('group', { id })).memberCount;
  await until(async () => (await membersOf(kept)) === 3 && (await membersOf(other)) === 1);
  await until(async () => (await membersOf(empty)) === 0);
  await until(async () => (await requestsOf(wanted, 'ada')).totalCount === 0);
  expect((await town.ask('group', { id: kept })).owner).toEqual({ id: userIdOf('mod') });
  const rows = await sql(
    graph,
    'SELECT id FROM community WHERE archived_at IS NOT NULL AND id = $1',
    [empty],
  );
  expect(rows).toHaveLength(1);
});

test('a person follows their memberships of all groups, and replays what they missed', async () => {
  const { id } = await town.found({ joinPolicy: 'OPEN' });
  const HEAD = '{ viewer { membershipHead } }';
  const { membershipHead: after } = (await graph.ask(HEAD, {}, as('gus'))).viewer;
  await town.join(id, 'gus');
  await town.setRole(id, 'ada', 'gus', 'MODERATOR');
  await town.ask('muteMember', { groupId: id, userId: userIdOf('gus') });
  await town.ask('updateGroup', { input: { id, visibility: 'PRIVATE' } });
  await using stream = await graph.subscribe(FOLLOW, { after }, as('gus'));
  await until(async () => eventsIn(stream).length === 3);
  await town.remove(id, 'ada', 'gus');
  await until(async () => eventsIn(stream).length === 4);
  const seen = { __typename: 'MembershipChanged', groupId: id, group: { id } };
  expect(eventsIn(stream)).toEqual([
    { ...seen, change: 'JOINED' },
    { ...seen, change: 'ROLE_CHANGED' },
    { ...seen, change: 'MUTED' },
    // A private group is gone for who is out.
    { ...seen, group: null, change: 'REMOVED' },
  ]);
});
