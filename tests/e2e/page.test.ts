/** The status page as a person sees it: real supervisor, real orchestrator, real Chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { createInstallation, type Installation } from './installation.ts';

let installation: Installation;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

/** A reply of the assistant that holds this text; what the person typed does not count. */
const answer = (text: string) => page.getByText(new RegExp(`\\[offline model\\][\\s\\S]*${text}`));
const sentence = (text: RegExp) => page.getByRole('heading', { level: 1, name: text }).waitFor();

beforeAll(async () => {
  browser = await openBrowser();
  installation = await createInstallation({ policy: { hang: { limitSeconds: 3 }, stableSeconds: 2 } });
  installation.start();
  await installation.up();
  page = await browser.newPage({ locale: 'en-US' });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const caused = /Failed to load resource|net::ERR_/.test(message.text()); // by the crash this test makes
    if (message.type() === 'error' && !caused) complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await installation?.stop();
});

it('opens by its link, takes the token out of the address and shows that all is well', async () => {
  const { stdout } = await installation.cli('status', '--page-url');
  await page.goto(stdout.trim());
  await sentence(/^Up/);
  expect(page.url()).not.toContain('token');
  await page.getByText('offline model').first().waitFor();
});

it('answers in its chat box', async () => {
  await page.getByRole('textbox').fill('@폴 run echo from-the-page');
  await page.keyboard.press('Enter');
  await answer('from-the-page').waitFor();
});

it('follows a freeze and its healing live, and answers what was asked meanwhile', async () => {
  process.kill(installation.pid(), 'SIGSTOP');
  await sentence(/Down|Unhealthy|Starting|Not well/);
  await page.getByRole('textbox').fill('@폴 run echo asked-while-down');
  await page.keyboard.press('Enter');
  await sentence(/^Up/);
  await answer('asked-while-down').waitFor();
  await page.getByText(/hang/i).first().waitFor();
});

it('works under its own content policy without a complaint', () => {
  expect(complaints).toEqual([]);
});
