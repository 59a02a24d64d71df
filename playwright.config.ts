import { defineConfig } from '@playwright/test'

// Started by `npm test -- e2e`, which builds, finds an Electron and brings a display (e2e/prepared.ts checks that).
// One window at a time: the machine's two cores are what a window is measured with, and only one owns the keyboard focus.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './e2e/prepared.ts',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  // A test that passes only when tried again has found something.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : [['list']],
})
