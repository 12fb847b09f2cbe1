import { badInput, checkAll } from '@souk/runtime/domain';
import { checkedSeatLimit, type Group, type GroupVisibility, type JoinPolicy } from './group.ts';

/** The requested changes of a group; undefined fields stay as they are. */
export interface RequestedChanges {
  name?: string | null | undefined;
  description?: string | null | undefined;
  avatarMediaId?: string | null | undefined;
  rules?: string | null | undefined;
  visibility?: GroupVisibility | null | undefined;
  joinPolicy?: JoinPolicy | null | undefined;
  seatLimit?: number | null | undefined;
}

export type GroupSettings = Pick<
  Group,
  'name' | 'description' | 'avatarMediaId' | 'rules' | 'visibility' | 'joinPolicy' | 'seatLimit'
>;

/** Checks the request; throws `BAD_USER_INPUT`, also for null where a value is required. */
export function checkedChanges(requested: RequestedChanges): Partial<GroupSettings> {
  const { name, description, avatarMediaId, rules, visibility, joinPolicy, seatLimit } = requested;
  const kept = (field: string, value: unknown) => () => {
    if (value === null) throw badInput('This cannot be removed.', ['input', field]);
  };
  checkAll({
    name: kept('name', name),
    visibility: kept('visibility', visibility),
    joinPolicy: kept('joinPolicy', joinPolicy),
    seatLimit: () => checkedSeatLimit(seatLimit),
  });
  return {
    ...(name != null ? { name } : {}),
    ...(description !== undefined ? { description } : {}),
    ...(avatarMediaId !== undefined ? { avatarMediaId } : {}),
    ...(rules !== undefined ? { rules } : {}),
    ...(visibility != null ? { visibility } : {}),
    ...(joinPolicy != null ? { joinPolicy } : {}),
    ...(seatLimit !== undefined ? { seatLimit } : {}),
  };
}

/** The fields that would really differ, by their names in the schema. */
export const changedFields = (group: Group, changes: Partial<GroupSettings>): string[] =>
  (Object.keys(changes) as (keyof GroupSettings)[])
    .filter((field) => group[field] !== changes[field])
    .map((field) => (field === 'avatarMediaId' ? 'avatar' : field));

/** The seat limit cannot be below the current number of members. */
export function assertFitsMembers(
  { memberCount }: Group,
  { seatLimit }: Partial<GroupSettings>,
): void {
  if (seatLimit != null && seatLimit < memberCount) {
    throw badInput(`The group already has ${memberCount} members.`, ['input', 'seatLimit']);
  }
}
