import { idsIn } from '../domain/ids/ids-in.ts';
import { requireViewer, type Viewer } from '../domain/viewer.ts';
import { currentWork, inWorkContext } from '../telemetry/work-context.ts';
import { logUseCase, type UseCaseLog } from './log-use-case.ts';

/**
 * A subgraph's use cases by the name of their mutation: those that require a signed-in viewer take the
 * viewer, the others do not.
 */
export interface UseCaseTable<Services> {
  readonly ofViewer: Readonly<
    Record<string, (services: Services, viewer: Viewer, ...rest: never[]) => unknown>
  >;
  readonly ofAnybody?: Readonly<Record<string, (services: Services, ...rest: never[]) => unknown>>;
}

type OfViewer<UseCase> = UseCase extends (
  services: never,
  viewer: never,
  ...rest: infer Rest
) => infer Result
  ? (...rest: Rest) => Result
  : never;

type OfAnybody<UseCase> = UseCase extends (services: never, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The use cases as a resolver calls them: services and viewer are filled in. */
export type BoundUseCases<Table> = (Table extends { ofViewer: infer Cases }
  ? { readonly [Name in keyof Cases]: OfViewer<Cases[Name]> }
  : unknown) &
  (Table extends { ofAnybody: infer Cases }
    ? { readonly [Name in keyof Cases]: OfAnybody<Cases[Name]> }
    : unknown);

type AnyUseCase = (...args: unknown[]) => unknown;

/**
 * Binds use cases for one operation. Those of a viewer throw `UNAUTHENTICATED` when there is none. Each use
 * is logged at debug, and knows the ids it is about, for which it waits for its turn to lock them.
 */
export function bindUseCases<Services, Table extends UseCaseTable<Services>>(
  { ofViewer, ofAnybody = {} }: Table,
  services: Services,
  asked: UseCaseLog,
): BoundUseCases<Table> {
  const { viewer } = asked;
  const bound: Record<string, AnyUseCase> = {};
  const run = (name: string, input: unknown[], work: () => unknown): unknown => {
    const useCase = { name, ids: () => idsIn([viewer?.userId, input]) };
    return inWorkContext({ ...currentWork(), useCase }, () => logUseCase(asked, name, input, work));
  };
  for (const [name, useCase] of Object.entries(ofViewer)) {
    bound[name] = (...rest) =>
      run(name, rest, () =>
        (useCase as unknown as AnyUseCase)(services, requireViewer(viewer), ...rest),
      );
  }
  for (const [name, useCase] of Object.entries(ofAnybody)) {
    bound[name] = (...rest) =>
      run(name, rest, () => (useCase as unknown as AnyUseCase)(services, ...rest));
  }
  return bound as BoundUseCases<Table>;
}
