import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { presentsPlaceholder } from '../../broker/headers.ts';
import { InstallationError, loadInstallation, placeholderFor } from './installation.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'nanoclaw-installation-'));

it('is made once and then stays the same', () => {
  const folder = newFolder();
  const made = loadInstallation(folder);
  expect(loadInstallation(folder)).toEqual(made);
  expect(loadInstallation(newFolder()).id).not.toBe(made.id);
});

it('is never replaced when it is there but damaged: agents of the old one would be forgotten', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'installation.json'), '{"id":');
  expect(() => loadInstallation(folder)).toThrow(InstallationError);
});

it('gives an agent a placeholder that its broker still takes when the sign-in has changed its kind', () => {
  const installation = { id: 'aaaaaaaaaaaa', secret: 's'.repeat(32) };
  const before = placeholderFor(installation, 'a1', 'oauth');
  const after = placeholderFor(installation, 'a1', 'api_key');
  expect(presentsPlaceholder({ authorization: `Bearer ${before.value}` }, after.value)).toBe(true);
  expect(placeholderFor(installation, 'a2', 'oauth').value).not.toBe(before.value);
});
