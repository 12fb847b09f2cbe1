import { describe, expect, test } from 'vitest';
import {
  isPromQL,
  metricsNamedBy,
  readAlertRules,
  readAlerts,
  readDashboard,
} from './support/observability-files.ts';

/** What Grafana puts in its place before Prometheus is asked. */
const asAsked = (expr: string) => expr.replaceAll('$__rate_interval', '5m');

describe('deploy/observability', () => {
  const asked = [...readDashboard(), ...readAlerts()];

  test.each(asked)('“$where” asks for metrics in PromQL: $expr', ({ expr }) => {
    expect(isPromQL(asAsked(expr))).toBe(true);
    expect(metricsNamedBy(asAsked(expr))).not.toEqual([]);
  });

  test('a wrong PromQL expression is noticed', () => {
    for (const wrong of ['', 'sum by (a (rate(b[5m]))', 'rate(b[5m', 'a >', 'sum(rate(b[x]))']) {
      expect(isPromQL(wrong), wrong).toBe(false);
    }
  });

  test('each alert has its own name, a severity, and a place to look', () => {
    const rules = readAlertRules();
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'ticket'], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toMatch(/\w/);
      expect(annotations.description, alert).toMatch(/\w/);
    }
  });
});
