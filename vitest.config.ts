import { defineConfig } from 'vitest/config'

// Fast rooms first: shared and renderer are pure, electron starts real programs.
export default defineConfig({
  test: {
    // Most of the time goes to programs that tests start; one worker fewer than processors would leave one idle.
    maxWorkers: '100%',
    setupFiles: ['./shared/testing/seed.ts'],
    projects: [
      { extends: true, test: { name: 'shared', include: ['shared/**/*.test.ts'] } },
      { extends: true, test: { name: 'scripts', include: ['scripts/**/*.test.mjs'] } },
      {
        extends: true,
        test: {
          name: 'renderer',
          include: ['renderer/**/*.test.ts', 'renderer/**/*.test.tsx'],
          environment: 'happy-dom',
        },
      },
      {
        extends: true,
        test: {
          name: 'electron',
          include: ['electron/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
