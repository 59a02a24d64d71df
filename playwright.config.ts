import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import { displays } from './e2e/displays'
import { debianChromium } from './e2e/page-in-chromium'

const full = process.env.EKSCOPE_FULL === '1'
const longest = /\/(access|discover|history|hostile|verify|writing)\.spec\.ts$/
const chromium = /\/chromium\.spec\.ts$/
/** What the full run takes in Debian's Chromium as well: specs of the page alone. */
const inChromium =
  /\/(access|add|bulk|cells|chromium|clusters|contexts|discover|editing|findings|history|inspector|keyboard|map|names|pending|report|writing|production|structure|switching|transfer|try|verify)\.spec\.ts$/

// Started by `npm test -- e2e`, which builds, finds an Electron and brings a display (e2e/prepared.ts checks that).
// As many files at once as there are displays: on one display only one window owns the keyboard focus and the clipboard.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './e2e/prepared.ts',
  outputDir: 'test-results',
  // The longest files first: one that starts last keeps a single worker busy while the others have nothing left.
  projects: [
    { name: 'long', testMatch: longest },
    { name: 'short', testIgnore: [longest, chromium] },
    {
      name: 'chromium',
      testMatch: full && existsSync(debianChromium) ? inChromium : chromium,
      ...(full ? { grepInvert: /@electron\b/ } : {}),
    },
  ],
  workers: Math.max(1, displays().length),
  fullyParallel: false,
  // A test that passes only when tried again has found something.
  retries: 0,
  forbidOnly: true,
  // A further case of what another test and unit tests hold: `{ tag: '@full' }`.
  ...(full ? {} : { grepInvert: /@full\b/ }),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : [['list']],
})
