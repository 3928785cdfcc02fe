import { describe, expect, it } from 'vitest';
import { findViolations } from './check-imports.mjs';

describe('the import rules', () => {
  const refused: [path: string, text: string][] = [
    ['contracts/a.ts', "import { x } from '../src/x.ts';"],
    ['metrics/record.ts', "import { x } from '../contracts/x.ts';"],
    ['supervisor/decide/a.ts', "import { readFile } from 'node:fs';"],
    ['supervisor/decide/a.ts', "import * as z from 'zod';"],
    ['supervisor/decide/a.ts', "import { x } from '../ports/x.ts';"],
    ['supervisor/decide/a.ts', 'const now = Date.now();'],
    ['supervisor/decide/a.ts', 'const home = process.env.HOME;'],
    ['supervisor/decide/a.ts', 'export async function f() {}'],
    ['supervisor/engine.ts', "import { x } from '../src/x.ts';"],
    ['recovery/a.ts', "import { x } from '../supervisor/engine.ts';"],
    ['broker/a.ts', "import type { X } from '../src/x.ts';"],
    ['src/a.ts', "export { x } from '../supervisor/x.ts';"],
    ['src/a.ts', "import { x } from './cli/x.ts';"],
    ['src/cli/a.ts', "import { x } from '../store/x.ts';"],
    ['web/a.tsx', "import '../src/x.ts';"],
    ['container/runner/a.ts', "import { x } from '../../contracts/health.ts';"],
    ['contracts/a.ts', "import {\n  a,\n  b,\n} from '../src/x.ts';"],
    ['contracts/a.ts', "import { ZodError, z } from 'zod';"],
  ];
  it.each(refused)('refuse in %s: %s', (path, text) => {
    expect(findViolations(path, text)).toHaveLength(1);
  });

  const allowed: [path: string, text: string][] = [
    ['contracts/a.ts', "import * as z from 'zod';\nimport { b } from './b.ts';"],
    ['supervisor/decide/a.ts', "import { b } from './b.ts';\nimport { c } from '../../contracts/c.ts';"],
    ['supervisor/decide/a.ts', "// Date.now() is not for us\nconst text = 'await';"],
    ['supervisor/decide/a.ts', 'if (state.process.pid === process.pid) next();'],
    ['supervisor/decide/a.test.ts', "import { it } from 'vitest';"],
    ['supervisor/main.ts', "import { x } from '../broker/x.ts';\nimport { y } from './engine.ts';"],
    ['recovery/a.ts', "import { x } from '../supervisor/ports/x.ts';"],
    ['src/a.ts', "import { x } from '../container/x.ts';"],
    ['src/cli/commands/a.ts', "const { x } = await import('../../store/x.ts');"],
    ['container/runner/a.ts', "import { x } from '../../contracts/link.ts';"],
    ['src/a.ts', "// import { x } from '../supervisor/x.ts';"],
    ['tests/e2e/a.ts', "import { x } from '../../supervisor/x.ts';"],
  ];
  it.each(allowed)('allow in %s: %s', (path, text) => {
    expect(findViolations(path, text)).toEqual([]);
  });

  it('name the line', () => {
    const text = "/* a\n b */\nimport * as z from 'zod';\n\nimport { x } from '../src/x.ts';\n";
    expect(findViolations('broker/a.ts', text).map(({ line }) => line)).toEqual([5]);
  });
});
