import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** Rooms of tests; heavy ones take turns, since two cores are all there is. */
const node = { environment: 'node', testTimeout: 60_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  plugins: [vue()],
  test: {
    maxWorkers: 2,
    // npm run coverage: of the engine, by the tests that run in the test's own process; what worker processes execute does not count.
    coverage: {
      provider: 'v8',
      include: ['src/engine/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'json'],
      reportsDirectory: 'test/artifacts/coverage',
      thresholds: { lines: 85 },
    },
    projects: [
      {
        extends: true,
        test: {
          ...node,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/renderer/**'],
          setupFiles: ['test/noLeaks.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'page',
          environment: 'happy-dom',
          include: ['test/unit/renderer/**/*.test.ts'],
          setupFiles: ['test/noLeaks.ts', 'test/unit/renderer/disposeStores.ts'],
        },
      },
      { extends: true, test: { ...node, name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          ...node,
          name: 'parity',
          include: ['test/parity/**/*.test.ts'],
          globalSetup: ['test/parity/coverage.ts'],
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'reliability',
          include: ['test/reliability/**/*.test.ts'],
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
