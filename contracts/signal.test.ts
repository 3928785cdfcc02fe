import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signalCodeSchema } from './signal.ts';

/** The catalogue says what a signal means; whoever names it elsewhere raises it. */
const CATALOGUE = /\.test\.ts$|\/testing\.ts$|\/(signals?(-\w+)?|ladders|codes)\.ts$/;

const sources = ['src', 'supervisor']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith('.ts') && !CATALOGUE.test(path))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

it.each(signalCodeSchema.options)('%s is raised by something: no entry is dead', (code) => {
  expect(sources).toContain(`'${code}'`);
});
