// What is built into out/: the engine's process and its workers for Node 24 (out/main), Electron's shell and preload (out/shell), and the
// page (out/renderer). Shell and page also run in Electron 25, the oldest that they are tested with.
import vue from '@vitejs/plugin-vue';
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { defaultClientConditions } from 'vite';

// What several features share, in a few files: left alone it is dozens of small ones, each asked for by itself.
const sharedChunks = [
  { name: 'icons', test: /@lucide/ },
  { name: 'stores', test: /src[\\/]renderer[\\/]src[\\/](stores|engine)[\\/]/ },
  {
    name: 'kit',
    test: /node_modules[\\/](naive-ui|vueuc|vooks|seemly|evtd|vdirs|treemate|@?css-render|lodash-es)[\\/]/,
    minShareCount: 3,
  },
  { name: 'components', test: /src[\\/](renderer[\\/]src[\\/]components|shared)[\\/]/, minShareCount: 3 },
];

export default defineConfig({
  main: {
    build: {
      target: 'node24',
      rollupOptions: {
        input: {
          engine: resolve('src/main/web/index.ts'),
          compute: resolve('src/engine/workers/compute.ts'),
          media: resolve('src/engine/workers/media.ts'),
          projection: resolve('src/engine/workers/projection.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/shell',
      target: 'node18',
      // A sandboxed preload is one file.
      isolatedEntries: true,
      rollupOptions: {
        input: { electron: resolve('src/main/electron/index.ts'), preload: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue()],
    build: {
      rolldownOptions: {
        input: { index: resolve('src/renderer/index.html') },
        output: { codeSplitting: { groups: sharedChunks } },
      },
      target: 'chrome114',
      minify: true,
      chunkSizeWarningLimit: 1000,
    },
    worker: { format: 'es' },
    // onnxruntime-web then takes its wasm and glue from where src/renderer/src/onnx says: files of the built page.
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  },
});
