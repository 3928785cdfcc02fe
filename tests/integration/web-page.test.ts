/** The status page in a real Chromium against a scripted server, under the policy it has to live with. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { renderPage } from '../../web/build.mjs';
import { openBrowser } from '../e2e/browser.ts';
import { ScriptedApi, TOKEN } from './web-scripted-api.ts';
import { healthy, incident, inState } from './web-states.ts';

/** Longest the page may take to show a change, milliseconds. */
const SHOWN_WITHIN_MS = 30_000;

let browser: Browser;
let html: string;
let api: ScriptedApi;
let address: string;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  ({ html } = await renderPage());
  browser = await openBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  api = new ScriptedApi(html, healthy());
  address = await api.start();
  page = await browser.newPage({ locale: 'en-US' });
  page.setDefaultTimeout(SHOWN_WITHIN_MS);
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports each failed request; those are what the tests cause on purpose.
    const expected = /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  await api.stop();
  expect(complaints).toEqual([]); // a violated policy is reported as a console error, too
});

const sentence = (text: string) => page.getByRole('heading', { level: 1, name: text }).waitFor();
const open = () => page.goto(`${address}#token=${TOKEN}`);

test('the state sentence and the tab follow the service live', async () => {
  await open();
  await sentence('Up and answering');
  api.show(inState('down', 'killed by SIGKILL', { activeTier: 1, next: 'restart in 3 s' }));
  await sentence('Down: being restarted');
  await page.getByText('restart in 3 s').waitFor();
  expect(await page.locator('[aria-current=step]').textContent()).toContain('Watchdog');
  expect(await page.title()).toContain('Down');
});

test('the token leaves the address bar and survives a reload', async () => {
  await open();
  await sentence('Up and answering');
  expect(page.url()).toBe(address);
  await page.reload();
  await sentence('Up and answering');
  expect(await page.getByRole('textbox').isEnabled()).toBe(true);
});

test('without a token the page reads only and says how to get one', async () => {
  await page.goto(address);
  await page.getByText('nanoclaw status --page-url').waitFor();
  await sentence('Up and answering');
  expect(await page.getByRole('textbox').isDisabled()).toBe(true);
});

test('a message typed while the service is down is sent once after it recovered', async () => {
  await open();
  await sentence('Up and answering');
  api.cutChat();
  api.show(inState('down', 'killed by SIGKILL'));
  await sentence('Down: being restarted');
  await page.getByRole('textbox').fill('are you there?');
  await page.getByRole('textbox').press('Enter');
  await page.getByText('waiting: service restarting').waitFor();
  await page.reload();
  await page.getByText('waiting: service restarting').waitFor();
  expect(api.posts).toEqual([]);

  api.chatAnswers = true;
  api.show(healthy());
  await page.locator('.said-in:not(.on-its-way)', { hasText: 'are you there?' }).waitFor();
  api.work(true);
  await page.getByText('Working').waitFor();
  api.say({ direction: 'out', id: 't1.1', answers: [], sender: '폴', text: 'yes' });
  await page.getByText('yes', { exact: true }).waitFor();
  expect(api.posts.map((post) => post.text)).toEqual(['are you there?']);
  expect(await page.locator('.on-its-way').count()).toBe(0);
});

test('a lost supervisor is named, and the page comes back by itself', async () => {
  await open();
  await sentence('Up and answering');
  await api.stop();
  await sentence('No contact with the supervisor');
  await page.getByText('last seen').waitFor();
  await api.start(Number(new URL(address).port));
  await sentence('Up and answering');
});

test('an incident with an emergency session shows what came of it, its changes and its words', async () => {
  const healed = incident({ tier: 3, state: 'closed', outcome: 'success' });
  const evil = '<img src=x onerror="document.title=\'owned\'">';
  api.sessions = {
    [healed.id]: [
      {
        number: 1,
        end: {
          outcome: 'done',
          detail: 'fixed dist/index.js',
          seconds: 84,
          costUsd: 0.31,
          turns: 7,
          tries: 2,
        },
        tries: [
          { number: 1, outcome: 'undone', detail: 'it did not help', files: [] },
          {
            ...{ number: 2, outcome: 'kept', detail: '3 good looks in a row' },
            files: [{ path: 'dist/index.js', diff: `@@ line 1 @@\n-throw new Error();\n+${evil}` }],
          },
        ],
        transcript: [
          { who: 'says', text: evil },
          { who: 'calls', text: 'Bash {"command":"ls"}' },
        ],
      },
    ],
  };
  api.status = { ...healthy(), incidents: [healed] };
  await open();
  await page.getByRole('button', { name: healed.title }).click();
  const session = page.getByRole('region', { name: 'Emergency session 1' });
  await session.getByText('$0.31').waitFor();
  await session.getByText('Try 2: kept').click();
  expect(await session.locator('.removed').textContent()).toContain('throw new Error');
  await session.getByText('What was said (2)').click();
  await session.getByText(evil, { exact: true }).first().waitFor();
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/session.png`, fullPage: true });
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).not.toContain('owned');
});

test('markup in an incident stays text, its story opens, and it can be acknowledged', async () => {
  const title = '<img src=x onerror="document.title=\'owned\'"> died';
  const held = incident({ title, pages: 1, tier: 4 });
  api.stories = {
    [held.id]: [
      { type: 'opened', at: 1000, id: held.id, cause: 'crash', title, faultAt: 1000, seenAt: 1004 },
      { type: 'evidence', at: 1004, text: '<script>document.title="owned"</script>' },
      { type: 'decided', at: 1005, tier: 1, action: 'restart', reason: 'the process is gone' },
    ],
  };
  api.status = inState('held', 'restart budget spent', { incidents: [held], activeTier: 4 });
  await open();
  await page.getByRole('button', { name: title }).click();
  await page.getByText('because the process is gone').waitFor();
  expect(await page.locator('img, #page script').count()).toBe(0);
  expect(await page.title()).toContain('Held');
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await expect.poll(() => api.acknowledged).toEqual([held.id]);
});
