// Builds everything into dist/: `node scripts/build.mjs [--watch]`. Every output is one file, but the command line is
// split so that each command loads only what it needs.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import * as esbuild from 'esbuild';
import pkg from '../package.json' with { type: 'json' };

const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  define: { 'process.env.NANOCLAW_VERSION': JSON.stringify(pkg.version) },
};

/** CommonJS dependencies inside an ES module bundle call `require` for node's own modules. */
const requireShim = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

/** The status page becomes one HTML string inside the supervisor's bundle. */
const pagePlugin = {
  name: 'status-page',
  setup(build) {
    build.onResolve({ filter: /^virtual:status-page$/ }, () => ({ path: 'status-page', namespace: 'page' }));
    build.onLoad({ filter: /.*/, namespace: 'page' }, async () => {
      const { html, watchFiles } = await buildPage();
      return { contents: html, loader: 'text', watchFiles };
    });
  },
};

async function buildPage() {
  const { renderPage } = await import('../web/build.mjs');
  return renderPage();
}

/** Native modules, and libraries that are large and needed late or not at all: they stay in node_modules. */
const external = [
  'better-sqlite3',
  'dockerode',
  '@slack/bolt',
  'discord.js',
  '@anthropic-ai/claude-agent-sdk',
  'esbuild',
];

/** Split into chunks, so that a part is loaded only when it is needed. */
const split = (name, entry) => ({
  entryPoints: { [name]: entry },
  outdir: 'dist',
  splitting: true,
  chunkNames: `${name}/[name]-[hash]`,
  banner: requireShim,
});

const targets = {
  index: split('index', 'src/index.ts'),
  cli: split('cli', 'src/cli/main.ts'),
  supervisor: {
    entryPoints: ['supervisor/entry.ts'],
    outfile: 'dist/supervisor.js',
    banner: requireShim,
    plugins: [pagePlugin],
  },
  runner: { entryPoints: ['container/runner/main.ts'], outfile: 'dist/runner.js', banner: requireShim },
  world: { entryPoints: ['tests/world/main.ts'], outfile: 'dist/world.js', banner: requireShim },
  'proof-sim': {
    entryPoints: ['tests/simulation/main.ts'],
    outfile: 'dist/proof-sim.js',
    banner: requireShim,
  },
  // One folder deeper: the installation of the end-to-end tests, which they use, looks for dist/ two levels up.
  bench: { entryPoints: ['bench/main.ts'], outdir: 'dist/bench', banner: requireShim },
  soak: { entryPoints: ['tests/soak/main.ts'], outdir: 'dist/soak', banner: requireShim },
  drills: {
    entryPoints: ['tests/drills/main.ts', 'tests/drills/in-machine.ts'],
    outdir: 'dist/drills',
    banner: requireShim,
  },
};

const flags = process.argv.slice(2);
const named = flags.filter((flag) => !flag.startsWith('--'));
const unknown = named.find((name) => !(name in targets));
if (unknown) {
  console.error(`build: there is no "${unknown}"; there are ${Object.keys(targets).join(', ')}`);
  process.exit(64);
}
const chosen = (named.length > 0 ? named : Object.keys(targets)).map((name) => ({
  ...shared,
  external,
  ...targets[name],
}));

await mkdir('dist', { recursive: true });
// Pieces of earlier builds have other names.
for (const name of named.length > 0 ? named : Object.keys(targets))
  await rm(`dist/${name}`, { recursive: true, force: true });
if (flags.includes('--watch')) {
  for (const target of chosen) await (await esbuild.context(target)).watch();
} else {
  await Promise.all(chosen.map((target) => esbuild.build(target)));
  await writeSums();
}

/** What scripts/install.sh holds the files against: half a build, or a later edit, is not installed. */
async function writeSums() {
  const lines = [];
  for (const folder of ['dist', 'systemd']) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS')) {
      const path = `${entry.parentPath}/${entry.name}`;
      lines.push(
        `${createHash('sha256')
          .update(await readFile(path))
          .digest('hex')}  ${path}`,
      );
    }
  }
  await writeFile('dist/SHA256SUMS', `${lines.sort().join('\n')}\n`);
}

// `npx nanoclaw` in the checkout runs this build.
await chmod('dist/cli.js', 0o755).catch(() => undefined); // another target was built, in a clean dist/
await mkdir('node_modules/.bin', { recursive: true });
await rm('node_modules/.bin/nanoclaw', { force: true });
await symlink('../../dist/cli.js', 'node_modules/.bin/nanoclaw');
