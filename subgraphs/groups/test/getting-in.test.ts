import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups({ worker: true });
  town = communityOf(graph);
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
  test('a request is made once, answered once, and who asked comes in', async () => {
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

  test('who is refused or took it back may ask again', async () => {
    const { id } = await town.found({ joinPolicy: 'REQUEST' });
    const first = (await request(id, 'bo')).request;
    expect(await decide(first.id, 'ada', 'DECLINE', 'Not yet.')).toMatchObject({ member: null });
    const OWN = `query ($id: ID!) { group(id: $id) { viewerJoinRequest { status decisionNote decidedBy { id } } }
      viewer { joinRequests { totalCount edges { node { id } } } } }`;
    const own = async () => (await graph.execute(OWN, { id }, as('bo'))).data;
    // Who is refused is not told by whom.
    expect((await own()).group.viewerJoinRequest).toEqual({
      ...{ status: 'DECLINED', decisionNote: 'Not yet.', decidedBy: null },
    });
    const second = (await request(id, 'bo')).request;
    expect(second.id).not.toBe(first.id);
    expect(await withdraw(second.id, 'bo')).toMatchObject({ request: { status: 'WITHDRAWN' } });
    expect(await withdraw(second.id, 'bo')).toMatchObject({ request: { status: 'WITHDRAWN' } });
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

  test('a private group has nobody who asks, and a banned person asks for nothing', async () => {
    const hidden = await town.found({ visibility: 'PRIVATE', joinPolicy: 'REQUEST' });
    expect(codesOf(await request(hidden.id, 'bo'))).toEqual(['GROUP_NOT_FOUND']);
    const { id } = await town.found({ joinPolicy: 'REQUEST' });
    const { request: waiting } = await request(id, 'bo');
    await town.ask('banFromGroup', { groupId: id, userId: userIdOf('bo') });
    expect(codesOf(await decide(waiting.id, 'ada', 'APPROVE'))).toEqual(['JOIN_REQUEST_CLOSED']);
    expect(codesOf(await request(id, 'bo'))).toEqual(['MEMBER_BANNED']);
  });

  test('a full group approves nobody, and the request waits on', async () => {
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

  test('others neither see a request nor answer it', async () => {
    const { id } = await town.found({ joinPolicy: 'OPEN' });
    for (const who of ['mo', 'member']) await town.join(id, who);
    await town.setRole(id, 'ada', 'mo', 'MODERATOR');
    await town.ask('updateGroup', { input: { id, joinPolicy: 'REQUEST' } });
    const asked = (await request(id, 'bo')).request;
    const representations = [{ __typename: 'JoinRequest', id: asked.id }];
    const READ = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on JoinRequest { status } } }`;
    const read = async (who: string) =>
      (await graph.execute(READ, { representations }, as(who))).data._entities[0];
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

  test('who asked and who may answer follow it live, and an archived group answers all', async () => {
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

test('a person follows their memberships of all groups, and replays what they missed', async () => {
  const { id } = await town.found({ joinPolicy: 'OPEN' });
  const HEAD = '{ viewer { membershipHead } }';
  const { membershipHead: after } = (await graph.execute(HEAD, {}, as('gus'))).data.viewer;
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
