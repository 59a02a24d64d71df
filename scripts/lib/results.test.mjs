import { expect, test } from 'vitest'
import { closingLine, playwrightCounts, single, total, vitestCounts, withStatus } from './results.mjs'

test("vitest's report: a file that cannot be loaded is one failure, and a skipped test is named", () => {
  const counts = vitestCounts({
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'one' },
          { status: 'failed', fullName: 'two' },
          { status: 'skipped', fullName: 'three' },
          { status: 'todo', fullName: 'four' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: '\nError: no such module\n  at', assertionResults: [] },
    ],
  })
  expect(counts).toEqual({
    passed: 1,
    failed: 2,
    skipped: 2,
    failures: ['two', 'b.test.ts: Error: no such module'],
    skips: ['three', 'four'],
  })
})

test("playwright's report: tests are found in every depth, and one that passed only when tried again has failed", () => {
  const counts = playwrightCounts({
    errors: [{ message: 'no window\nstack' }],
    suites: [
      {
        title: 'grid.spec.ts',
        specs: [{ title: 'opens', tests: [{ status: 'expected' }] }],
        suites: [
          {
            title: 'filter',
            specs: [
              { title: 'narrows', tests: [{ status: 'flaky' }] },
              { title: 'widens', tests: [{ status: 'skipped' }] },
              { title: 'clears', tests: [{ status: 'unexpected' }] },
            ],
          },
        ],
      },
    ],
  })
  expect(counts).toEqual({
    passed: 1,
    failed: 3,
    skipped: 1,
    failures: [
      'no window',
      'grid.spec.ts › filter › narrows (passed only when tried again)',
      'grid.spec.ts › filter › clears',
    ],
    skips: ['grid.spec.ts › filter › widens'],
  })
})

const none = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }

test('a runner that fails without a failed test, and one that ran nothing, have failed', () => {
  expect(withStatus({ ...none, passed: 3 }, 0, 'unit')).toMatchObject({ passed: 3, failed: 0 })
  expect(withStatus({ ...none, passed: 3 }, 1, 'unit')).toMatchObject({ passed: 3, failed: 1 })
  expect(withStatus(none, 0, 'unit')).toMatchObject({ failed: 1, failures: ['unit: no test ran'] })
})

test('the closing line adds up the steps; a step without tests counts only when it fails', () => {
  const tests = { ...none, passed: 5 }
  expect(closingLine(total([tests, single(true, 'lint')]))).toBe('5 passed, 0 failed')
  expect(closingLine(total([tests, single(false, 'lint')]))).toBe('5 passed, 1 failed')
  expect(closingLine(total([{ ...tests, skipped: 1 }]))).toBe('5 passed, 0 failed, 1 skipped')
})

test('a failure is told with why and where, for a reader who has only the last lines', () => {
  const unit = vitestCounts({
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          {
            status: 'failed',
            fullName: 'two',
            failureMessages: ['AssertionError: expected 1 to be 2\n    at /somewhere/a.test.ts:3:1'],
          },
        ],
      },
    ],
  })
  expect(unit.failures).toEqual(['two: AssertionError: expected 1 to be 2'])
  const page = playwrightCounts({
    errors: [],
    suites: [
      {
        title: 'grid.spec.ts',
        specs: [
          {
            title: 'opens',
            tests: [
              {
                status: 'unexpected',
                results: [
                  {
                    error: {
                      message: '\u001b[31mError: expect failed\u001b[39m\n\nTimeout: 5000ms\n',
                      location: { file: '/somewhere/e2e/grid.spec.ts', line: 7 },
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
  expect(page.failures).toEqual([
    'grid.spec.ts › opens: Error: expect failed | Timeout: 5000ms (grid.spec.ts:7)',
  ])
})
