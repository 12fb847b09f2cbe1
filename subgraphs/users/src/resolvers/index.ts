import type { Resolvers } from '../__generated__/resolvers.ts';
import { AccountExport } from './AccountExport.ts';
import { Address } from './Address.ts';
import { ApiKey } from './ApiKey.ts';
import { ExportFinished } from './ExportFinished.ts';
import { LinkedIdentity } from './LinkedIdentity.ts';
import { Media } from './Media.ts';
import { Mutation } from './Mutation.ts';
import { Passkey } from './Passkey.ts';
import { ProfileUpdated } from './ProfileUpdated.ts';
import { Query } from './Query.ts';
import { SecurityChanged } from './SecurityChanged.ts';
import { SecuritySettings } from './SecuritySettings.ts';
import { Session } from './Session.ts';
import { SessionRevoked } from './SessionRevoked.ts';
import { Subscription } from './Subscription.ts';
import { User } from './User.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  AccountExport,
  Address,
  ApiKey,
  ExportFinished,
  LinkedIdentity,
  Media,
  Mutation,
  Passkey,
  ProfileUpdated,
  Query,
  SecurityChanged,
  SecuritySettings,
  Session,
  SessionRevoked,
  Subscription,
  User,
  Viewer,
};
