// Makes the status page: one HTML text without any outside resource, with one inline style and one inline script.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));

const shared = {
  absWorkingDir: folder,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
};

/** @returns {Promise<{ html: string, watchFiles: string[] }>} the page and the files it was made of */
export async function renderPage() {
  const template = join(folder, 'page.html');
  const [script, style, frame] = await Promise.all([buildScript(), buildStyle(), readFile(template, 'utf8')]);
  // Functions as replacements: `$&` in minified code must not be read as a pattern.
  const html = frame.replace('/*STYLE*/', () => style.text).replace('/*SCRIPT*/', () => script.text);
  return { html, watchFiles: [template, fileURLToPath(import.meta.url), ...style.inputs, ...script.inputs] };
}

async function buildScript() {
  return read(
    await esbuild.build({
      ...shared,
      entryPoints: ['main.tsx'],
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    }),
  );
}

async function buildStyle() {
  return read(await esbuild.build({ ...shared, entryPoints: ['style.css'] }));
}

function read({ outputFiles: [output], metafile }) {
  return { text: output.text.trim(), inputs: Object.keys(metafile.inputs).map((path) => join(folder, path)) };
}
