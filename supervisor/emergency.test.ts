/** The way from a session to its model, on a real socket: its money holds whoever asks and whatever was paid before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUDGET_STATUS } from '../contracts/link.ts';
import { type Anthropic, startAnthropic, WORLD_API_KEY } from '../tests/world/anthropic.ts';
import { forwarder } from './emergency.ts';
import type { Forwarder } from './ports/emergency.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PLACEHOLDER = { kind: 'api_key', value: 'sk-ant-api03-placeholder' } as const;

let model: Anthropic;
let folder: string;
let open: Forwarder | null = null;
beforeEach(async () => {
  model = await startAnthropic();
  folder = mkdtempSync(join(tmpdir(), 'forwarder-'));
});
afterEach(async () => {
  await open?.stop();
  await model.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns what it will have told first */
async function start(
  spentUsd: number,
  onSpent: () => void = () => undefined,
): Promise<{ told: Promise<number> }> {
  let tell: (usd: number) => void = () => undefined;
  const told = new Promise<number>((resolve) => {
    tell = resolve;
  });
  open = await forwarder(LOG)({
    ...{ socketPath: join(folder, 'broker.sock'), placeholder: PLACEHOLDER, baseUrl: model.url },
    credential: { kind: 'api_key', value: WORLD_API_KEY },
    ...{ limitUsd: 1, spentUsd },
    onSpent: (usd) => {
      tell(usd);
      onSpent();
    },
  });
  return { told };
}

/** @returns the status of the answer */
function ask(): Promise<number> {
  const body = JSON.stringify({
    model: 'claude-sonnet-4-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hi' }],
  });
  return new Promise((resolve, reject) => {
    const path = '/anthropic/v1/messages';
    const headers = { 'x-api-key': PLACEHOLDER.value, 'content-type': 'application/json' };
    const asked = request({ socketPath: join(folder, 'broker.sock'), path, method: 'POST', headers });
    asked.on('error', reject).on('response', (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.end(body);
  });
}

test('what an answer cost is told on top of what was paid before', async () => {
  const { told } = await start(0.5);
  expect(await ask()).toBe(200);
  expect(await told).toBeGreaterThan(0.5);
});

test('where it was used up before, nothing is asked of the model', async () => {
  await start(1);
  expect(await ask()).toBe(BUDGET_STATUS);
  expect(model.requests).toEqual([]);
});

test('what cannot be written down is the last that is paid', async () => {
  const { told } = await start(0, () => {
    throw new Error('the disk is full');
  });
  expect(await ask()).toBe(200);
  await told;
  expect(await ask()).toBe(BUDGET_STATUS);
});
