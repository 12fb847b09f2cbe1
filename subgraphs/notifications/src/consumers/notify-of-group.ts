import { joinRequestSubject } from '../domain/answering.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyInWords } from '../use-cases/notify-in-words.ts';
import { requestMail } from '../use-cases/request-mail.ts';
import { FOR_GOOD, settleSubjects } from '../use-cases/settle-subjects.ts';
import { type ConsumerDeps, notificationsConsumer } from './consumer-deps.ts';

export const notifyOfInvite = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-invite',
    consumes: 'groups.InviteReceived',
    handle: ({ event: { groupId, groupName, inviteId, userId, inviterId }, ...at }, stores) => {
      const words = { text: 'INVITED', values: { group: groupName } } as const;
      const target = { type: 'GroupTarget', groupId } as const;
      const invite = { kind: 'INVITE', actorId: inviterId, subject: `invite:${inviteId}` } as const;
      return notifyInWords(deps, stores, { ...at, ...invite, words, target }, [userId]);
    },
  });

/** An invitation that was answered, or is void, need not be read any more. */
export const closeInvite = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'close-invite',
    consumes: 'groups.InviteChanged',
    handle: ({ event: { inviteId, userId } }, stores) =>
      settleSubjects(deps, stores, {
        userId,
        subjects: [`invite:${inviteId}`],
        settledAt: FOR_GOOD,
      }),
  });

/** People who can answer a request to join have a notice of it while it is pending. */
export const notifyOfJoinRequest = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-join-request',
    consumes: 'groups.JoinRequestReceived',
    handle: async ({ event, ...at }, stores) => {
      const { groupId, groupName, requestId, userId, requesterId, status } = event;
      const subject = joinRequestSubject(requestId);
      if (status !== 'PENDING') {
        const answered = { userId, subjects: [subject], settledAt: FOR_GOOD };
        return settleSubjects(deps, stores, answered);
      }
      const words = { text: 'JOIN_REQUESTED', values: { group: groupName } } as const;
      const target = { type: 'GroupTarget', groupId, joinRequestId: requestId } as const;
      const request = { kind: 'JOIN_REQUEST', actorId: requesterId, subject } as const;
      return notifyInWords(deps, stores, { ...at, ...request, words, target }, [userId]);
    },
  });

/** Who asked to join is notified of the answer. */
export const notifyOfJoinAnswer = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-join-answer',
    consumes: 'groups.OwnJoinRequestChanged',
    handle: async ({ event: { groupId, groupName, requestId, userId, status }, ...at }, stores) => {
      if (status !== 'APPROVED' && status !== 'DECLINED') return;
      const text = status === 'APPROVED' ? 'JOIN_ACCEPTED' : 'JOIN_DECLINED';
      const words = { text, values: { group: groupName } } as const;
      const target = { type: 'GroupTarget', groupId, joinRequestId: requestId } as const;
      await notifyInWords(deps, stores, { ...at, kind: 'JOIN_REQUEST', words, target }, [userId]);
    },
  });

/** Nobody has confirmed the address: the mail contains neither the group's name nor its members'. */
export const mailInvite = (deps: ConsumerDeps) =>
  notificationsConsumer({
    name: 'mail-invite',
    consumes: 'groups.InviteMailed',
    handle: async ({ event: { email: toAddress, url, expiresAt }, eventId: sourceId }, stores) => {
      const content = { template: 'INVITE', parameters: { url, expiresAt } } as const;
      await requestMail(deps, stores, { userId: null, toAddress, content, sourceId });
    },
  });
