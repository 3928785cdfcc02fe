/** Timelines of steps that end: what a remedy's word is worth, and what a verification counts for. */
import { describe, expect, test } from 'vitest';
import { summarize } from '../../contracts/incident.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import { SIGNALS } from './signals.ts';
import { tierAtWork } from './state.ts';
import { POLICY, Timeline } from './testing.ts';

const decisions = (t: Timeline) =>
  t.events().flatMap((event) => (event.type === 'decided' ? [`${event.tier} ${event.action}`] : []));

/** As many looks as make it count, in one moment. */
function find(t: Timeline, code: SignalCode): void {
  for (let look = 0; look < SIGNALS[code].rise; look += 1)
    t.tell({ kind: 'signal_seen', code, target: null, state: 'bad', detail: code });
}

describe('a cause that is found while something else is being verified', () => {
  /** Restarted because nobody got an answer; nothing is known yet of the full disk. */
  function restartingForAnswers(): Timeline {
    const t = new Timeline().up();
    t.remedies = 'nothing_to_do';
    t.standstill = { folder: 'main', idleMs: 301_000, attempt: null };
    t.pass(20);
    t.crash(0);
    t.hello();
    t.pass(5);
    expect(t.incident?.step).toMatchObject({ kind: 'verify', name: 'restart' });
    return t;
  }

  test('has its own ladder at once: no verification of the former cause is waited for, none is failed', () => {
    const t = restartingForAnswers();
    t.remedies = null;
    find(t, 'disk_full');
    expect(t.incident).toMatchObject({ root: { code: 'disk_full' }, step: { kind: 'remedy' } });
    expect(t.of('run_remedy').at(-1)?.remedy).toBe('free_disk');
    expect(t.events().filter((event) => event.type === 'verified' && !event.ok)).toEqual([]);
  });

  test('is not taken for helped by what was tried for the former one', () => {
    const t = restartingForAnswers();
    find(t, 'disk_full');
    t.look('disk_full', 'good', 2);
    expect(t.incident?.rungs.restart).toMatchObject({ tries: 1, helped: false });
  });

  test('keeps the verification of a remedy that is its own too', () => {
    const t = new Timeline().up();
    t.remedies = 'done';
    t.components = [{ name: 'sandbox:docker', state: 'failed', reason: 'x', required: false }];
    t.pass(20);
    find(t, 'docker_down');
    expect(t.incident?.root.code).toBe('docker_down');
    expect(t.of('run_remedy').map(({ remedy }) => remedy)).toEqual(['restart_docker']);
    expect(t.incident?.step).toMatchObject({ kind: 'verify', name: 'restart_docker' });
  });

  test('is answered as soon as the remedy of the former one has ended', () => {
    const t = new Timeline().up();
    t.remedies = null;
    t.components = [{ name: 'sandbox:docker', state: 'failed', reason: 'x', required: false }];
    t.pass(20);
    find(t, 'disk_full');
    const incident = t.incident?.id ?? '';
    const outcome = { kind: 'done', detail: '' } as const;
    const steps = t.tell({ kind: 'remedy_result', incident, remedy: 'restart_docker', outcome });
    expect(t.of('run_remedy', steps).map(({ remedy }) => remedy)).toEqual(['free_disk']);
  });
});

describe('a remedy that found nothing to do', () => {
  test('is no success of its tier when the fault ends by itself', () => {
    const t = new Timeline().up();
    t.remedies = 'nothing_to_do';
    t.look('disk_low', 'bad', 3);
    t.look('disk_low', 'good', 4);
    expect(t.metrics('remedy')).toMatchObject([{ result: 'nothing_to_do' }]);
    expect(t.metrics('recovery')).toMatchObject([{ result: 'self_healed', labels: { tier: null } }]);
    expect(summarize(t.events())).toMatchObject({ tier: null, outcome: 'self_healed' });
  });

  test('leaves the credit with the restart that healed', () => {
    const t = new Timeline().up();
    t.remedies = 'nothing_to_do';
    t.crash(null);
    t.hello();
    t.pass(61);
    expect(t.metrics('recovery')).toMatchObject([{ result: 'success', labels: { tier: 1 } }]);
  });

  test('shows its tier at work for as long as it looks', () => {
    const t = new Timeline().up();
    t.remedies = null;
    find(t, 'docker_down');
    expect(t.incident).toMatchObject({ tier: null, step: { kind: 'remedy' } });
    expect(t.incident && tierAtWork(t.incident)).toBe(2);
  });

  test('is followed by the next rung in the same step', () => {
    const t = new Timeline().up();
    t.remedies = 'nothing_to_do';
    t.look('docker_down', 'bad', 1);
    const { at } = t;
    t.tell({ kind: 'signal_seen', code: 'docker_down', target: null, state: 'bad', detail: '' });
    expect([decisions(t).slice(0, 2), t.at]).toEqual([['2 restart_docker', '3 emergency session'], at]);
  });

  test('is asked again, once, when the root turns out to be another', () => {
    const t = new Timeline().up();
    t.remedies = 'nothing_to_do';
    t.session = null;
    t.health = 'bad';
    for (let round = 0; round < 60 && t.incident?.step.kind !== 'verify'; round += 1) {
      if (t.kind === 'starting' || t.kind === 'up') t.crash();
      else t.pass(1);
    }
    expect(t.incident?.rungs.repair_database).toMatchObject({ tries: 1, nothingFor: 'crash' });
    t.remedies = null;
    expect(t.of('run_remedy', t.crash(65))).toMatchObject([{ remedy: 'repair_database' }]);
    expect(t.incident?.rungs.repair_database?.tries).toBe(2);
  });

  test('is waited with when the last look was good', () => {
    const t = new Timeline().up();
    t.remedies = null;
    t.look('docker_down', 'bad', 2);
    t.look('docker_down', 'good');
    const incident = t.incident?.id ?? '';
    const outcome = { kind: 'nothing_to_do', detail: 'it answers' } as const;
    t.tell({ kind: 'remedy_result', incident, remedy: 'restart_docker', outcome });
    expect(decisions(t)).toEqual(['2 restart_docker']);
    t.look('docker_down', 'good', 2);
    expect(t.metrics('recovery')).toMatchObject([{ result: 'self_healed', labels: { tier: null } }]);
  });
});

describe('a remedy that is still at work when all is well again', () => {
  function wellMeanwhile(): Timeline {
    const t = new Timeline().up();
    t.remedies = null;
    find(t, 'docker_down');
    t.look('docker_down', 'good', 4);
    return t;
  }

  const end = (t: Timeline, kind: 'done' | 'failed' | 'nothing_to_do') => {
    const incident = t.incident?.id ?? '';
    t.tell({ kind: 'remedy_result', incident, remedy: 'restart_docker', outcome: { kind, detail: '' } });
    t.look('docker_down', 'good', 2);
    return t.metrics('recovery').map(({ result, labels }) => `${result} ${labels.tier}`);
  };

  test('keeps its incident open, so that no other begins beside it', () => {
    const t = wellMeanwhile();
    expect(t.incident?.step).toMatchObject({ kind: 'remedy', name: 'restart_docker' });
    expect(t.metrics('recovery')).toEqual([]);
  });

  test.each([
    ['done', 'success 2'],
    ['failed', 'success 2'],
    ['nothing_to_do', 'self_healed null'],
  ] as const)('that ends as %s leaves the incident %s', (kind, recovery) => {
    const t = wellMeanwhile();
    expect(end(t, kind)).toEqual([recovery]);
    expect(decisions(t)).toEqual(['2 restart_docker']);
  });

  test('that never answers holds nothing up for longer than it may work', () => {
    const t = wellMeanwhile();
    t.pass(POLICY.remedy.limitSeconds);
    t.look('docker_down', 'good', 2);
    expect(t.metrics('recovery')).toHaveLength(1);
    expect(decisions(t)).toEqual(['2 restart_docker']);
  });
});

test('a session that could not be had heals nothing: what ends by itself then counts as that', () => {
  const t = new Timeline().up();
  t.session = 'unavailable';
  t.look('packages_missing', 'bad', 2);
  expect(t.incident?.tier).toBe(4);
  const tiers = t.events().flatMap((event) => (event.type === 'acted' ? [event.tier] : []));
  expect(tiers).toEqual([]);
});

describe('an agent that was stopped because nobody worked on a question', () => {
  function stopped(): Timeline {
    const t = new Timeline().up();
    t.remedies = 'done';
    t.standstill = { folder: 'main', idleMs: 301_000, attempt: null };
    while (t.of('run_remedy').length === 0) t.pass(0.25);
    return t;
  }

  test('has not helped when three looks find the question as it was: the restart does not wait for the time to be over', () => {
    const t = stopped();
    t.pass(16);
    expect(decisions(t)).toEqual(['2 stop_agent', '2 restart']);
    expect(t.of('terminate')).toHaveLength(1);
  });

  test('has helped as soon as two looks find the question taken up', () => {
    const t = stopped();
    t.standstill = { folder: 'main', idleMs: null, attempt: { ageMs: 1000, limitMs: 1_800_000 } };
    t.pass(11);
    expect(t.incident).toMatchObject({ step: { kind: 'none' }, rungs: { stop_agent: { helped: true } } });
  });

  test('is given its whole time where nothing is seen', () => {
    const t = stopped();
    t.health = null;
    t.pass(110);
    expect(t.incident?.step).toMatchObject({ kind: 'verify', name: 'stop_agent' });
    t.pass(15);
    expect(decisions(t)).toEqual(['2 stop_agent', '2 restart']);
  });
});
