import './workers.ts';
import 'graphiql/style.css';
import './style.css';
import { GraphiQL } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createAuthentication } from './authentication.ts';
import { createConfirmations } from './confirmation.ts';
import { demoPeople } from './demo-people.ts';
import { createFetcher } from './fetcher.ts';
import { RunButton } from './run-button.tsx';
import { samples } from './samples.ts';
import { createSessions } from './session.ts';
import { SignInBar } from './sign-in-bar.tsx';

const url = new URL('/graphql', location.href).href;
const sessions = createSessions();
const confirmations = createConfirmations();
const authentication = createAuthentication(url, sessions, confirmations);
const fetcher = createFetcher(url, authentication, sessions);

const tabs = samples();
// GraphiQL takes the tabs on the first visit only, and never the first one's variables from them.
const isFirstVisit = localStorage.getItem('graphiql:tabState') === null;

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <SignInBar
      sessions={sessions}
      confirmations={confirmations}
      authentication={authentication}
      demo={demoPeople()}
    />
    <main className="souk-editor">
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={tabs}
        initialVariables={isFirstVisit ? tabs[0]?.variables : undefined}
        defaultEditorToolsVisibility="variables"
      >
        <GraphiQL.Toolbar>
          {({ prettify, copy, merge }) => (
            <>
              <RunButton runFirst={isFirstVisit} />
              {prettify}
              {merge}
              {copy}
            </>
          )}
        </GraphiQL.Toolbar>
      </GraphiQL>
    </main>
  </StrictMode>,
);
