import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { useEffect, useRef } from 'react';

/** The one ▶: runs the operation that the cursor is in, or the next below it; stops what streams. */
export function RunButton({ runFirst }: { runFirst: boolean }) {
  const { run, stop, setOperationName } = useGraphiQLActions();
  const editor = useGraphiQL((state) => state.queryEditor);
  const isBusy = useGraphiQL((state) => state.isFetching || state.subscription !== null);
  useFirstRun(runFirst);

  const runAtCursor = () => {
    const position = editor?.getPosition();
    const cursor = position ? editor?.getModel()?.getOffsetAt(position) : 0;
    const name = operationAt(operationsOf(editor?.getValue() ?? ''), cursor ?? 0)?.name?.value;
    if (name) setOperationName(name);
    run();
  };
  return (
    <button
      type="button"
      className="souk-run"
      title={isBusy ? 'Stop' : 'Run the operation the cursor is in (Ctrl-Enter)'}
      aria-label={isBusy ? 'Stop' : 'Execute query (Ctrl-Enter)'}
      onClick={isBusy ? stop : runAtCursor}
    >
      {isBusy ? '■' : '▶'}
    </button>
  );
}

/** Of the text as it is now: the editor's own list lags behind what was typed, or which tab was opened. */
function operationsOf(text: string): OperationDefinitionNode[] {
  try {
    return parse(text).definitions.filter(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
  } catch {
    return [];
  }
}

/** Comments stand above what they are about, so between two operations it is the next one. */
function operationAt(
  operations: readonly OperationDefinitionNode[],
  cursor: number,
): OperationDefinitionNode | undefined {
  return operations.find(({ loc }) => loc && cursor <= loc.end) ?? operations.at(-1);
}

/** Runs what the page opens with, once the schema is there and has all that it asks for. */
function useFirstRun(wanted: boolean) {
  const { run } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  const document = useGraphiQL((state) => state.documentAST);
  const response = useGraphiQL((state) => state.responseEditor);
  const done = useRef(!wanted);
  useEffect(() => {
    if (done.current || !schema || !document || !response) return;
    done.current = true;
    if (validate(schema, document).length === 0) run();
  }, [schema, document, response, run]);
}
