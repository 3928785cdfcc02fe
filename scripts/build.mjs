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

/** zod's messages in fifty languages are half of it; the code reaches `en` by itself, and nobody asks for another. */
const oneLanguage = {
  name: 'one-language',
  setup(build) {
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** V8 holds a program's text as long as it runs, and twice as large with one letter in it that is not ASCII. */
const asciiOnly = {
  name: 'ascii-only',
  setup(build) {
    build.onEnd(async () => {
      const text = await readFile(build.initialOptions.outfile, 'latin1');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
      const found = /.{0,30}[^\x00-\x7f]/.exec(text);
      if (found)
        return { errors: [{ text: `write \\u… in a regular expression; this is not ASCII: ${found[0]}` }] };
    });
  },
};

async function buildPage() {
  const { renderPage } = await import('../web/build.mjs');
  return renderPage();
}

/** A native module, and what is not the programs' own: they stay in node_modules. */
const external = ['better-sqlite3', '@anthropic-ai/claude-agent-sdk', 'esbuild'];

/** Optional parts of libraries, which ask for them and do without. */
const optional = ['bufferutil', 'utf-8-validate', 'zlib-sync', 'ffmpeg-static'];

/**
 * What dockerode loads at its start for engines over ssh and for builds with BuildKit: neither is used here, since
 * an engine elsewhere can't mount an agent's sockets. They would be five sixths of the time it takes to load.
 */
const unused = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'];

/** `Client` is what dockerode makes of ssh2 when DOCKER_HOST names an engine over ssh. */
const insteadOfUnused = `exports.Client = class {
  constructor() {
    throw new Error('DOCKER_HOST: an engine over ssh cannot run agents; name a socket of this machine');
  }
};`;

const leaveOutPlugin = {
  name: 'leave-out',
  setup(build) {
    const filter = new RegExp(`^(${unused.join('|')})$`);
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: insteadOfUnused }));
  },
};

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
    ...{ minifyWhitespace: true, minifySyntax: true, lineLimit: 160 },
    plugins: [pagePlugin, oneLanguage, asciiOnly],
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
  external: [...external, ...optional],
  ...targets[name],
  plugins: [leaveOutPlugin, ...(targets[name].plugins ?? [])],
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
