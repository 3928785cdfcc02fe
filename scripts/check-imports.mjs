// `node scripts/check-imports.mjs`: imports run one way. Fails with one line for each import that breaks RULES, and
// for each word that has no place in the deciding core. Bare (npm and `node:`) imports are free except where a rule says so.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The first rule whose `part` fits a file counts. `may`: folders or files it may import beside its own part;
 * `lazily`: only through `import()`; `not`: never, although `may` or its own part would allow it.
 */
export const RULES = [
  { part: 'contracts/', may: [] },
  { part: 'metrics/record.ts', may: [] },
  { part: 'metrics/', may: ['contracts/'] },
  {
    part: 'supervisor/decide/',
    may: ['contracts/'],
    bare: false,
    words:
      /\basync\b|\bawait\b|\bDate\.now\b|\bMath\.random\b|\bperformance\.now\b|\bsetTimeout\b|(?<!\.)\bprocess\.(?:env|argv|cwd|exit|exitCode|hrtime|kill|memoryUsage|nextTick|off|on|once|stderr|stdin|stdout|uptime)\b/g,
  },
  // These put the supervisor together.
  ...['entry', 'main', 'surroundings', 'emergency']
    .map((name) => `supervisor/${name}.ts`)
    .map((part) => ({
      part,
      may: ['supervisor/', 'contracts/', 'recovery/', 'broker/', 'metrics/', 'web/'],
    })),
  { part: 'supervisor/', may: ['contracts/', 'metrics/'] },
  { part: 'recovery/', may: ['contracts/', 'supervisor/ports/'] },
  { part: 'broker/', may: ['contracts/'] },
  { part: 'container/runner/', may: ['contracts/link.ts'] },
  { part: 'container/', may: ['contracts/'], not: ['container/runner/'] },
  { part: 'src/cli/', may: ['contracts/', 'metrics/'], lazily: ['src/'] },
  {
    part: 'src/',
    may: ['contracts/', 'container/', 'broker/', 'metrics/'],
    not: ['src/cli/', 'container/runner/'],
  },
  { part: 'web/', may: ['contracts/', 'metrics/'] },
];

/** Folders whose files are bound by RULES; the others (tests, bench, scripts) may import anything. */
const BOUND = [...new Set(RULES.map(({ part }) => part.slice(0, part.indexOf('/') + 1)))];
const SOURCE = /\.(ts|tsx|mts|mjs)$/;
/** Tests and the doubles they share. */
const TEST = /(\.test|\/testing)\.tsx?$/;

/**
 * @param {string} path of the file from the checkout's top, with slashes
 * @param {string} text its source
 * @returns {{line: number, problem: string}[]}
 */
export function findViolations(path, text) {
  const rule = RULES.find(({ part }) => path.startsWith(part));
  if (rule === undefined || TEST.test(path)) return [];
  const code = maskComments(text);
  const imports = findImports(code).flatMap((found) => {
    const problem = judge(path, rule, found);
    return problem === null ? [] : [{ line: lineOf(code, found.index), problem }];
  });
  return [...imports, ...findWholeZod(code), ...findWords(rule, code)];
}

/** As one object zod brings the texts of fifty languages along: a third of what the command line takes to start. */
function findWholeZod(code) {
  return [...code.matchAll(/\{[^}]*\bz\b[^}]*\}\s*from\s*['"]zod['"]/g)].map((match) => ({
    line: lineOf(code, match.index),
    problem: "import * as z from 'zod', so that only what is used of it gets into a bundle",
  }));
}

function judge(path, rule, { specifier, isLazy }) {
  if (!specifier.startsWith('.')) {
    return rule.bare === false ? `${rule.part} may import no package, not "${specifier}"` : null;
  }
  const target = posix.join(posix.dirname(path), specifier);
  const isUnder = (folders) => (folders ?? []).some((folder) => target.startsWith(folder));
  const own = rule.part.endsWith('/') ? [rule.part] : [];
  if (isUnder([...rule.may, ...own]) && !isUnder(rule.not)) return null;
  if (isLazy && isUnder(rule.lazily)) return null;
  const allowed = [...own, ...rule.may].join(', ') || 'nothing of ours';
  return `${rule.part} may import ${allowed}; not ${target}`;
}

function findWords(rule, code) {
  if (rule.words === undefined) return [];
  return [...maskStrings(code).matchAll(rule.words)].map((match) => ({
    line: lineOf(code, match.index),
    problem: `${rule.part} decides only: no "${match[0]}" here`,
  }));
}

const STATIC = /(?:^|[;\n])\s*(?:import|export)\b(?:[^;'"`]*?\bfrom)?\s*(['"])([^'"\n]+)\1/g;
const LAZY = /\bimport\s*\(\s*(['"])([^'"\n]+)\1/g;

function findImports(code) {
  const found = (pattern, isLazy) =>
    [...code.matchAll(pattern)].map((match) => ({
      specifier: match[2],
      isLazy,
      index: match.index + match[0].lastIndexOf(match[1] + match[2]),
    }));
  return [...found(STATIC, false), ...found(LAZY, true)].sort((a, b) => a.index - b.index);
}

/** Strings stay, since they hold the specifiers; newlines stay, since lines are counted. */
function maskComments(text) {
  return text.replace(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (token) => (token.startsWith('//') || token.startsWith('/*') ? blank(token) : token),
  );
}

function maskStrings(code) {
  return code.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, blank);
}

const blank = (token) => token.replace(/[^\n]/g, ' ');
const lineOf = (text, index) => text.slice(0, index).split('\n').length;

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* sources(path);
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path;
  }
}

function main(root) {
  let count = 0;
  const present = new Set(readdirSync(root));
  for (const folder of BOUND.filter((name) => present.has(name.slice(0, -1)))) {
    for (const file of sources(join(root, folder))) {
      const path = relative(root, file).split(sep).join('/');
      for (const { line, problem } of findViolations(path, readFileSync(file, 'utf8'))) {
        count += 1;
        process.stderr.write(`${path}:${line} ${problem}\n`);
      }
    }
  }
  process.stdout.write(
    count === 0 ? 'all imports run one way\n' : `${count} imports or words break the rules\n`,
  );
  return count === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = main(join(dirname(process.argv[1] ?? ''), '..'));
}
