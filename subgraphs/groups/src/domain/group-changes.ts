import { badInput } from '@souk/runtime/domain';
import type { Group, GroupVisibility, JoinPolicy } from './group.ts';
import { groupDescription, groupName, groupRules } from './group-text.ts';

/** What may be changed of a group, as asked for; what is undefined stays. */
export interface RequestedChanges {
  name?: string | null | undefined;
  description?: string | null | undefined;
  rules?: string | null | undefined;
  visibility?: GroupVisibility | null | undefined;
  joinPolicy?: JoinPolicy | null | undefined;
}

export type GroupSettings = Pick<
  Group,
  'name' | 'description' | 'rules' | 'visibility' | 'joinPolicy'
>;

/** Checks what was asked for; throws `BAD_USER_INPUT`, also for null where there must be a value. */
export function checkedChanges(requested: RequestedChanges): Partial<GroupSettings> {
  const { name, description, rules, visibility, joinPolicy } = requested;
  for (const [field, value] of Object.entries({ name, visibility, joinPolicy })) {
    if (value === null) throw badInput('This cannot be taken away.', ['input', field]);
  }
  return {
    ...(name != null ? { name: groupName(name) } : {}),
    ...(description !== undefined ? { description: groupDescription(description) } : {}),
    ...(rules !== undefined ? { rules: groupRules(rules) } : {}),
    ...(visibility != null ? { visibility } : {}),
    ...(joinPolicy != null ? { joinPolicy } : {}),
  };
}

/** The fields that would really differ. */
export const changedFields = (group: Group, changes: Partial<GroupSettings>) =>
  (Object.keys(changes) as (keyof GroupSettings)[]).filter(
    (field) => group[field] !== changes[field],
  );
