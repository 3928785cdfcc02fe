import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleStatus } from '../tests/fakes/sample-status.ts';
import { allFamilies } from './export.ts';
import { type Family, renderPrometheus } from './prometheus.ts';
import { statusFamilies } from './status-families.ts';
import { addRecord, emptyTally } from './tally.ts';

function everything(): Family[] {
  const tally = emptyTally();
  const recovery = { metric: 'recovery', result: 'success', tier: 1, cause: 'crash', mttd: 0.1, mttr: 61 };
  for (let round = 0; round < 3; round += 1) addRecord(tally, { timestamp: 1, duration: 0.1, ...recovery });
  return allFamilies({ tally, status: sampleStatus(), ignoredCommands: 0, lostRecords: 0 });
}

test('records become counters by metric and result, recoveries by tier and cause', () => {
  const text = renderPrometheus(everything());
  expect(text).toContain('nanoclaw_records_total{metric="recovery",result="success"} 3\n');
  expect(text).toContain('nanoclaw_record_seconds_total{metric="recovery",result="success"} 0.3\n');
  expect(text).toContain('nanoclaw_recoveries_total{result="success",tier="1",cause="crash"} 3\n');
  expect(text).toContain('nanoclaw_mttr_seconds_sum 183\n');
});

test('the status becomes gauges', () => {
  const text = renderPrometheus(statusFamilies(sampleStatus()));
  for (const line of [
    'nanoclaw_up 1',
    'nanoclaw_service_state{state="held"} 0',
    'nanoclaw_uptime_seconds 60',
    'nanoclaw_oldest_unanswered_seconds 1.5',
    'nanoclaw_component_ok{component="channel:slack"} 0',
  ])
    expect(text).toContain(`${line}\n`);
});

test('what is unknown is absent, and all answered is an age of zero', () => {
  const status = sampleStatus();
  const { readiness } = status.service;
  const answered = { ...status.service, readiness: readiness && { ...readiness, oldestUnansweredMs: null } };
  expect(renderPrometheus(statusFamilies({ ...status, service: answered }))).toContain(
    'unanswered_seconds 0\n',
  );
  const dead = { ...status.service, readiness: null, heartbeat: null };
  const text = renderPrometheus(statusFamilies({ ...status, service: dead }));
  expect(text).not.toMatch(/unanswered|heartbeat|component_ok/);
});

test('every line is a comment or a sample, whatever a label holds', () => {
  const labels = { reason: 'a "quote", a \\ and a\nline' };
  const odd: Family = { name: 'x', type: 'gauge', help: 'y', samples: [{ labels, value: 1 }] };
  const [, , line] = renderPrometheus([odd]).split('\n');
  expect(line).toBe('x{reason="a \\"quote\\", a \\\\ and a\\nline"} 1');
  const sample = /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? -?[\d.]+(e[+-]\d+)?)$/;
  for (const one of renderPrometheus(everything()).trim().split('\n')) expect(one).toMatch(sample);
});

type Dashboard = { panels: { title: string; targets?: { expr: string }[] }[] };

test('the Grafana dashboard asks only for what is exported', () => {
  const text = readFileSync(join(import.meta.dirname, 'grafana-dashboard.json'), 'utf8');
  const { panels } = JSON.parse(text) as Dashboard;
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const exported = new Set(everything().map(({ name }) => name));
  const used = new Set(queries.flatMap((expr) => expr.match(/\bnanoclaw_\w+/g) ?? []));
  expect(queries.length).toBeGreaterThan(10);
  expect([...used].filter((name) => !exported.has(name))).toEqual([]);
});
