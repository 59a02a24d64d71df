import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { ByProject } from './shared/testing/by-project'

const full = process.env.EKSCOPE_FULL === '1'

// Fast rooms first: shared and renderer are pure, electron starts real programs.
export default defineConfig({
  test: {
    // Most tests wait for programs that they start, or for time-outs. More workers would only import everything once more
    // each: what they leave unused of the processors, the windows of the end-to-end tests take.
    maxWorkers: availableParallelism() + 1,
    // Nothing is judged by its time; a test that hangs ends all the same. Tens of thousands of cases take minutes.
    testTimeout: full ? 1_200_000 : 30_000,
    setupFiles: ['./shared/testing/seed.ts'],
    // A process for each file would import everything a hundred times: a test leaves nothing behind in its process.
    isolate: false,
    sequence: { sequencer: ByProject },
    // What tests make is mostly gone at once: with room for it, less of it is looked through and moved. All processors have work.
    execArgv: ['--max-semi-space-size=64', '--single-threaded-gc'],
    projects: [
      { extends: true, test: { name: 'shared', include: ['shared/**/*.test.ts'] } },
      { extends: true, test: { name: 'scripts', include: ['scripts/**/*.test.mjs'] } },
      {
        extends: true,
        oxc: { jsx: { runtime: 'automatic', development: full } },
        test: {
          name: 'renderer',
          testTimeout: full ? 1_200_000 : 60_000,
          include: ['renderer/**/*.test.ts', 'renderer/**/*.test.tsx'],
          environment: 'happy-dom',
          // React as users have it, or its slower build that warns (renderer/testing/quick-react.ts).
          env: { NODE_ENV: full ? 'test' : 'production' },
          // Nothing here waits: more workers than processors would only import everything once more each.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
          setupFiles: ['./renderer/testing/quick-react.ts', './renderer/testing/patience.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'electron',
          include: ['electron/**/*.test.ts'],
          globalSetup: './electron/testing/bundles-folder.ts',
          // Every kubectl lives for some hundredths of a second, a quarter of which went into collecting its garbage and into
          // threads for that. What it reads, writes and says is the same (electron/testing/real-programs.ts hands them on).
          env: { GOGC: 'off', GOMAXPROCS: '1' },
          testTimeout: full ? 3_600_000 : 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
