import { newId } from '@souk/runtime/domain';
import { as, insist, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups();
  town = communityOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const failure = (__typename: string, code: string) => ({ errors: [{ __typename, code }] });

const counts = async (groupId: string) => {
  const [row] = await sql(
    graph,
    `SELECT member_count AS recorded, (SELECT count(*)::int FROM membership
       WHERE group_id = community.id) AS real FROM community WHERE id = $1`,
    [groupId],
  );
  return row;
};

describe('joining', () => {
  test('everybody can join an open group; joining again changes nothing', async () => {
    const { id } = await town.found();
    const first = await town.join(id, 'bo');
    expect(first).toMatchObject({
      errors: [],
      member: { role: 'MEMBER', permissions: ['POST'], user: { id: as('bo').userId } },
      group: { memberCount: 2 },
    });
    const again = await town.join(id, 'bo');
    expect(again).toMatchObject({ member: { id: first.member.id }, group: { memberCount: 2 } });
    expect(again.group.head).toBe(first.group.head);
  });

  test('the same person twenty times at once is one member', async () => {
    const { id } = await town.found();
    await Promise.all(Array.from({ length: 20 }, () => insist(() => town.join(id, 'bo'))));
    expect(await counts(id)).toEqual({ recorded: 2, real: 2 });
  });

  test('forty people at once are forty members', async () => {
    const { id } = await town.found();
    const all = (count: number, step: typeof town.join) =>
      Promise.all(Array.from({ length: count }, (_, at) => insist(() => step(id, `crowd${at}`))));
    await all(40, town.join);
    await all(20, town.leave);
    expect(await counts(id)).toEqual({ recorded: 21, real: 21 });
  });

  test('sixty people at once into a group of forty seats are forty members', async () => {
    const { id } = await town.found({ seatLimit: 40 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) => insist(() => town.join(id, `crowd${at}`))),
    );
    const refused = answers.filter(({ member }) => member === null);
    expect(refused).toHaveLength(21);
    for (const { errors } of refused) {
      expect(errors).toEqual([
        { __typename: 'GroupFullError', code: 'GROUP_FULL', path: null, seatLimit: 40 },
      ]);
    }
    expect(await counts(id)).toEqual({ recorded: 40, real: 40 });
    expect(await town.ask('group', { id })).toMatchObject({ seatLimit: 40, seatsTaken: 40 });
    // It is not made smaller than it is, and a limit can be taken away.
    const smaller = { input: { id, seatLimit: 3 } };
    expect(await town.ask('updateGroup', smaller)).toMatchObject({
      errors: [{ code: 'BAD_USER_INPUT', path: ['input', 'seatLimit'] }],
    });
    expect(await town.ask('updateGroup', { input: { id, seatLimit: null } })).toMatchObject({
      group: { seatLimit: null },
      errors: [],
    });
  });

  test.each(['REQUEST', 'INVITE_ONLY'])(
    'a group that is %s cannot be joined',
    async (joinPolicy) => {
      const { id } = await town.found({ joinPolicy });
      expect(await town.join(id, 'bo')).toMatchObject(failure('ForbiddenError', 'GROUP_NOT_OPEN'));
      expect(await counts(id)).toEqual({ recorded: 1, real: 1 });
    },
  );

  test('a private group answers like one that does not exist, even an open one', async () => {
    const { id } = await town.found({ visibility: 'PRIVATE' });
    const unknown = await town.join(newId('grp'), 'bo');
    expect(unknown).toMatchObject(failure('NotFoundError', 'GROUP_NOT_FOUND'));
    expect(await town.join(id, 'bo')).toEqual(unknown);
    for (const strange of ['', 'x'.repeat(10_000), newId('usr'), id.toUpperCase()]) {
      expect(await town.join(strange, 'bo')).toEqual(unknown);
    }
  });
});

describe('leaving', () => {
  test('a member goes, and the log says so', async () => {
    const { id } = await town.found();
    await town.join(id, 'bo');
    expect(await town.leave(id, 'bo')).toMatchObject({ errors: [], group: { memberCount: 1 } });
    const [last] = await sql(
      graph,
      'SELECT type, payload FROM event_record WHERE stream = $1 ORDER BY sequence DESC LIMIT 1',
      [`group:${id}`],
    );
    expect(last).toEqual({
      type: 'groups.MemberLeft',
      payload: { groupId: id, userId: as('bo').userId, reason: null },
    });
  });

  test('the last owner cannot leave, whoever else is there', async () => {
    const { id } = await town.found();
    await town.join(id, 'bo');
    expect(await town.leave(id, 'ada')).toMatchObject(
      failure('LastOwnerError', 'GROUP_LAST_OWNER'),
    );
    expect(await counts(id)).toEqual({ recorded: 2, real: 2 });
  });

  test('when the first owner goes, the next one owns it', async () => {
    const { id } = await town.found();
    await town.join(id, 'bo');
    await town.setRole(id, 'ada', 'bo', 'OWNER');
    expect(await town.leave(id, 'ada')).toMatchObject({
      group: { owner: { id: as('bo').userId } },
    });
  });

  test('a stranger cannot leave, and learns nothing about a private group', async () => {
    const open = await town.found();
    const hidden = await town.found({ visibility: 'PRIVATE' });
    expect(await town.leave(open.id, 'eve')).toMatchObject(
      failure('ForbiddenError', 'GROUP_PERMISSION_MISSING'),
    );
    expect(await town.leave(hidden.id, 'eve')).toEqual(await town.leave(newId('grp'), 'eve'));
  });

  test('a private group is hidden from somebody who left it', async () => {
    const { id } = await town.found();
    await town.join(id, 'bo');
    await town.ask('updateGroup', { input: { id, visibility: 'PRIVATE' } });
    expect(await town.leave(id, 'bo')).toEqual({ group: null, errors: [] });
  });
});

describe('roles', () => {
  const people = ['owner', 'admin', 'moderator', 'member'] as const;
  const staffed = async () => {
    const { id } = await town.found({}, as('owner'));
    for (const name of people.slice(1)) {
      await town.join(id, name);
      await town.setRole(id, 'owner', name, name.toUpperCase());
    }
    return id;
  };
  /** Who may give whom which role; all that is not here is forbidden. */
  const allowed = (actor: string, target: string, role: string) => {
    if (actor === 'owner') return target !== 'owner' || role === 'OWNER';
    const below = ['moderator', 'member'];
    return actor === 'admin' && below.includes(target) && below.includes(role.toLowerCase());
  };

  test('each of four roles on each other, to each of four roles: only what the table allows', async () => {
    const id = await staffed();
    for (const actor of people) {
      for (const target of people) {
        for (const role of ['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER']) {
          const { member, errors } = await town.setRole(id, actor, target, role);
          const may = allowed(actor, target, role);
          const lastOwner = actor === 'owner' && target === 'owner' && !may;
          expect([actor, target, role, errors.map(({ code }: { code: string }) => code)]).toEqual([
            actor,
            target,
            role,
            may ? [] : [lastOwner ? 'GROUP_LAST_OWNER' : 'GROUP_PERMISSION_MISSING'],
          ]);
          if (!may) continue;
          expect(member.role).toBe(role);
          await town.setRole(id, 'owner', target, target.toUpperCase());
        }
      }
    }
  });

  test('which role may remove which', async () => {
    for (const actor of people) {
      const id = await staffed();
      for (const target of people) {
        const { errors } = await town.remove(id, actor, target);
        const may = actor !== target && allowed(actor, target, 'MEMBER');
        const code = actor === target ? 'BAD_USER_INPUT' : 'GROUP_PERMISSION_MISSING';
        expect([actor, target, errors[0]?.code ?? null]).toEqual([
          actor,
          target,
          may ? null : code,
        ]);
      }
    }
  });

  test('strangers get the answer that there is no such member, and strangers to the group still less', async () => {
    const open = await town.found();
    expect(await town.setRole(open.id, 'ada', 'eve', 'ADMIN')).toMatchObject(
      failure('NotFoundError', 'GROUP_MEMBER_NOT_FOUND'),
    );
    expect(await town.setRole(open.id, 'eve', 'eve', 'OWNER')).toMatchObject(
      failure('ForbiddenError', 'GROUP_PERMISSION_MISSING'),
    );
    const hidden = await town.found({ visibility: 'PRIVATE' });
    expect(await town.setRole(hidden.id, 'eve', 'ada', 'MEMBER')).toMatchObject(
      failure('NotFoundError', 'GROUP_NOT_FOUND'),
    );
    expect(await town.remove(hidden.id, 'eve', 'ada')).toMatchObject(
      failure('NotFoundError', 'GROUP_NOT_FOUND'),
    );
  });
});

describe('changing a group', () => {
  const update = (input: Record<string, unknown>, who = 'ada') =>
    town.ask('updateGroup', { input }, as(who));

  test('given fields change, left out fields stay, and null clears', async () => {
    const { id, slug } = await town.found({ description: 'Old.' });
    const changed = await update({ id, expectedVersion: 1, name: 'Coffee', rules: 'No tea.' });
    expect(changed.group).toMatchObject({
      name: 'Coffee',
      rules: 'No tea.',
      description: 'Old.',
      slug,
      version: 2,
    });
    expect((await update({ id, description: null })).group).toMatchObject({
      description: null,
      rules: 'No tea.',
      version: 3,
    });
  });

  test('of two changes to the same version, one gets a conflict', async () => {
    const { id } = await town.found();
    const answers = await Promise.all(
      ['A', 'B'].map((name) => update({ id, expectedVersion: 1, name: `Name ${name}` })),
    );
    const lost = answers.filter(({ errors }) => errors.length > 0);
    expect(lost).toHaveLength(1);
    expect(lost[0].errors[0]).toMatchObject({
      __typename: 'VersionConflictError',
      currentVersion: 2,
    });
    const won = answers.find(({ errors }) => errors.length === 0);
    expect(lost[0].group).toEqual(won.group);
  });

  test('changing nothing announces nothing', async () => {
    const { id, head } = await town.found();
    expect((await update({ id, name: 'Tea drinkers' })).group).toMatchObject({ version: 1, head });
  });

  test('only its managers', async () => {
    const { id } = await town.found();
    await town.join(id, 'bo');
    for (const who of ['bo', 'eve']) {
      expect(await update({ id, name: 'Mine' }, who)).toMatchObject(
        failure('ForbiddenError', 'GROUP_PERMISSION_MISSING'),
      );
    }
    await town.setRole(id, 'ada', 'bo', 'ADMIN');
    expect((await update({ id, name: 'Ours' }, 'bo')).group.name).toBe('Ours');
  });

  test.each([
    ['name', null],
    ['name', ''],
    ['visibility', null],
    ['joinPolicy', null],
    ['rules', 'x'.repeat(4_001)],
  ])('%s cannot become %.20s', async (field, value) => {
    const { id } = await town.found();
    expect(await update({ id, [field]: value })).toMatchObject({
      group: null,
      errors: [{ code: 'BAD_USER_INPUT', path: ['input', field] }],
    });
  });
});

test('a role written by the previous release is read as its present one everywhere', async () => {
  const { id } = await town.found();
  const { member } = await town.join(id, 'bo');
  const { member: other } = await town.join(id, 'cy');
  await sql(graph, `UPDATE membership SET role = 'GUEST' WHERE id = $1`, [member.id]);
  const READ = `query ($id: ID!, $me: [_Any!]!) {
    group(id: $id) {
      viewerMembership { role permissions }
      all: members { edges { node { id role permissions } } }
      members(filter: { roles: [MEMBER] }) { totalCount edges { node { id role } } } }
    _entities(representations: $me) { ... on GroupMember { role permissions } } }`;
  const me = [{ __typename: 'GroupMember', id: member.id }];
  const { data, errors } = await graph.execute(READ, { id, me }, as('bo'));
  expect(errors).toBeUndefined();
  const asMember = { role: 'MEMBER', permissions: ['POST'] };
  expect(data.group).toMatchObject({
    viewerMembership: asMember,
    all: { edges: [{ node: { role: 'OWNER' } }, { node: asMember }, { node: { role: 'MEMBER' } }] },
    members: {
      totalCount: 2,
      edges: [{ node: { id: member.id, role: 'MEMBER' } }, { node: { id: other.id } }],
    },
  });
  expect(data._entities).toEqual([asMember]);
});

describe('an archived group', () => {
  test('is archived by an owner, stays readable as before, and cannot be changed', async () => {
    const { id, version } = await town.found({ joinPolicy: 'OPEN' });
    await town.join(id, 'bo');
    const archive = (who: string) => town.ask('archiveGroup', { groupId: id }, as(who));
    expect(await archive('bo')).toMatchObject(
      failure('ForbiddenError', 'GROUP_PERMISSION_MISSING'),
    );
    const { group } = await archive('ada');
    expect(group).toMatchObject({ version: version + 1, viewerCan: ['LEAVE'] });
    expect(group.archivedAt).not.toBeNull();
    expect((await archive('ada')).group).toEqual(group);
    const bo = as('bo').userId;
    const refusals = await Promise.all([
      town.join(id, 'cy'),
      town.setRole(id, 'ada', 'bo', 'ADMIN'),
      town.remove(id, 'ada', 'bo'),
      town.ask('updateGroup', { input: { id, name: 'Other' } }),
      town.ask('banFromGroup', { groupId: id, userId: bo }),
      town.ask('muteMember', { groupId: id, userId: bo }),
      town.ask('transferGroup', { groupId: id, toUserId: bo }),
      town.ask('requestToJoin', { groupId: id }, as('cy')),
    ]);
    for (const { errors } of refusals) {
      expect(errors).toMatchObject([{ __typename: 'ForbiddenError', code: 'GROUP_ARCHIVED' }]);
    }
    expect(await town.ask('group', { id }, as('eve'))).toMatchObject({ id, memberCount: 2 });
    const DIRECTORY = '{ groups(first: 100) { edges { node { id } } } }';
    const data = await graph.ask(DIRECTORY);
    expect(JSON.stringify(data)).not.toContain(id);
    // Also the last owner may go: nothing is left there to be owned.
    expect((await town.leave(id, 'ada')).errors).toEqual([]);
    expect(await town.leave(id, 'bo')).toMatchObject({ errors: [], group: { memberCount: 0 } });
  });

  test('that is private shows outsiders no more than before', async () => {
    const { id } = await town.found({ visibility: 'PRIVATE', joinPolicy: 'INVITE_ONLY' });
    await town.ask('archiveGroup', { groupId: id });
    const unknown = failure('NotFoundError', 'GROUP_NOT_FOUND');
    expect(await town.join(id, 'eve')).toMatchObject(unknown);
    expect(await town.remove(id, 'eve', 'ada')).toMatchObject(unknown);
    expect(await town.ask('group', { id }, as('eve'))).toMatchObject({ data: { answer: null } });
  });
});

test('an owner hands a group over to a member, and stays as an admin', async () => {
  const { id } = await town.found();
  for (const who of ['bo', 'cy']) await town.join(id, who);
  await town.setRole(id, 'ada', 'cy', 'ADMIN');
  const transfer = (who: string, to: string) =>
    town.ask('transferGroup', { groupId: id, toUserId: as(to).userId }, as(who));
  expect(await transfer('cy', 'bo')).toMatchObject(
    failure('ForbiddenError', 'GROUP_PERMISSION_MISSING'),
  );
  expect(await transfer('ada', 'ada')).toMatchObject(
    failure('ConflictError', 'GROUP_ALREADY_OWNED'),
  );
  expect(await transfer('ada', 'eve')).toMatchObject({
    errors: [{ code: 'GROUP_MEMBER_NOT_FOUND', path: ['toUserId'] }],
  });
  expect(await transfer('ada', 'bo')).toMatchObject({
    group: { owner: { id: as('bo').userId }, viewerMembership: { role: 'ADMIN' } },
    errors: [],
  });
  const [recorded] = await sql(
    graph,
    `SELECT count(*)::int AS changes FROM event_record
     WHERE stream = $1 AND type = 'groups.MemberRoleChanged'`,
    [`group:${id}`],
  );
  expect(recorded).toEqual({ changes: 3 });
});
