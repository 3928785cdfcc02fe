// Builds everything into dist/: `node scripts/build.mjs [--watch]`. Every output is one file, but the command line is
// split so that each command loads only what it needs.
import { mkdir, rm } from 'node:fs/promises';
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

/** The orchestrator and the CLI load their dependencies from node_modules. */
const external = { packages: 'external' };

await mkdir('dist', { recursive: true });
await rm('dist/cli', { recursive: true, force: true }); // pieces of earlier builds have other names

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

const targets = [
  { entryPoints: ['src/index.ts'], outfile: 'dist/index.js', ...external },
  {
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'cli/[name]-[hash]',
    ...external,
  },
  {
    entryPoints: ['supervisor/main.ts'],
    outfile: 'dist/supervisor.js',
    banner: requireShim,
    plugins: [pagePlugin],
  },
  {
    entryPoints: ['container/runner/main.ts'],
    outfile: 'dist/runner.js',
    banner: requireShim,
    external: ['@anthropic-ai/claude-agent-sdk'],
  },
  { entryPoints: ['tests/world/main.ts'], outfile: 'dist/world.js', ...external },
].map((target) => ({ ...shared, ...target }));

if (process.argv.includes('--watch')) {
  for (const target of targets) await (await esbuild.context(target)).watch();
} else {
  await Promise.all(targets.map((target) => esbuild.build(target)));
}
