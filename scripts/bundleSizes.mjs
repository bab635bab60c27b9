// npm run sizes: what the page loads, by file and by feature. `--json` prints one document.
import { gzipSync } from 'node:zlib';
import { build, loadConfigFromFile } from 'vite';
import { inRoot } from './project.mjs';

const kib = (bytes) => (bytes / 1024).toFixed(1);
const featureOf = (id) =>
  /src\/renderer\/src\/features\/([^/]+)\//.exec(id)?.[1] ?? (/node_modules\//.test(id) ? 'libraries' : 'frame');

/** @returns {Promise<{ start: { bytes: number, gzip: number, files: string[] }, files: object[], features: object[] }>} sizes in bytes; `start`: what the first view waits for */
export async function bundleSizes() {
  const {
    config: { renderer },
  } = await loadConfigFromFile({ command: 'build', mode: 'production' }, inRoot('electron.vite.config.ts'));
  const built = await build({
    ...renderer,
    configFile: false,
    root: inRoot('src/renderer'),
    base: './',
    logLevel: 'error',
    build: { ...renderer.build, write: false, reportCompressedSize: false },
  });
  const output = (Array.isArray(built) ? built[0] : built).output;
  const files = output.map((file) => {
    const content = file.type === 'chunk' ? file.code : file.source;
    return { name: file.fileName, kind: file.type, bytes: Buffer.byteLength(content), gzip: gzipSync(content).length };
  });
  const chunks = new Map(output.filter((file) => file.type === 'chunk').map((file) => [file.fileName, file]));
  const start = new Set();
  const follow = (name) => {
    if (start.has(name) || !chunks.has(name)) return;
    start.add(name);
    for (const next of chunks.get(name).imports) follow(next);
  };
  for (const [name, chunk] of chunks) if (chunk.isEntry) follow(name);
  const features = new Map();
  for (const [name, chunk] of chunks) {
    for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
      const feature = featureOf(id);
      const row = features.get(feature) ?? { feature, atStart: 0, later: 0 };
      row[start.has(name) ? 'atStart' : 'later'] += renderedLength;
      features.set(feature, row);
    }
  }
  const atStart = files.filter(({ name }) => start.has(name) || /^assets\/index-.*\.css$/.test(name));
  const sum = (key) => atStart.reduce((total, file) => total + file[key], 0);
  return {
    start: { bytes: sum('bytes'), gzip: sum('gzip'), files: atStart.map(({ name }) => name) },
    files: files.filter(({ name }) => !name.endsWith('.map')).sort((a, b) => b.bytes - a.bytes),
    features: [...features.values()].sort((a, b) => b.atStart + b.later - a.atStart - a.later),
  };
}

const sizes = await bundleSizes();
if (process.argv.includes('--json')) console.log(JSON.stringify(sizes));
else {
  console.log(
    `At start: ${kib(sizes.start.bytes)} KiB, ${kib(sizes.start.gzip)} KiB compressed, in ${sizes.start.files.length} files.\n`,
  );
  console.log('KiB of code before minification, by feature:');
  for (const { feature, atStart, later } of sizes.features)
    console.log(`  ${feature.padEnd(16)} ${kib(atStart).padStart(8)} at start ${kib(later).padStart(9)} when opened`);
  console.log('\nLargest files (KiB, compressed):');
  for (const { name, bytes, gzip } of sizes.files.slice(0, 18))
    console.log(
      `  ${name.padEnd(52)} ${kib(bytes).padStart(9)} ${kib(gzip).padStart(9)}${sizes.start.files.includes(name) ? '  at start' : ''}`,
    );
}
