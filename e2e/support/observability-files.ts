import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { ROOT } from './compose-file.ts';

const FOLDER = new URL('deploy/observability/', ROOT);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** An expression of PromQL, and where it is asked. */
export interface AskedExpression {
  readonly where: string;
  readonly expr: string;
}

interface Panel {
  title: string;
  targets?: { expr: string }[];
}
interface RuleFile {
  groups: {
    name: string;
    rules: {
      alert: string;
      expr: string;
      for?: string;
      labels: Record<string, string>;
      annotations: Record<string, string>;
    }[];
  }[];
}

export function readDashboard(): AskedExpression[] {
  const { panels } = JSON.parse(read('grafana-dashboard.json')) as { panels: Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, expr })),
  );
}

export const readAlertRules = () =>
  (parse(read('prometheus-alerts.yml')) as RuleFile).groups.flatMap(({ rules }) => rules);

export const readAlerts = (): AskedExpression[] =>
  readAlertRules().map(({ alert, expr }) => ({ where: alert, expr }));

/** The parser of Prometheus' own editor; true when it finds nothing wrong. */
export function isPromQL(expr: string): boolean {
  let isRight = true;
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      if (type.isError) isRight = false;
    },
  });
  return isRight && expr.trim() !== '';
}

/** The metrics that an expression reads. */
export function metricsNamedBy(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to, node }) => {
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        names.push(expr.slice(from, to));
      }
    },
  });
  return names;
}
