import type { Viewer } from '@souk/runtime/domain';

/** Under what a viewer's use is counted: a program by its key, so that it uses up nothing of its owner's. */
export const countedViewer = ({ userId, sessionId, apiKeyScopes }: Viewer): string =>
  apiKeyScopes ? sessionId : userId;
