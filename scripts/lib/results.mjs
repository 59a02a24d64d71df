// What the test runners counted, from their own JSON reports: the numbers in the last line are theirs, not ours.

import { basename } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} failures what failed, by name, each with the first words of why
 * @property {readonly string[]} skips what was skipped, by name
 */

/**
 * A step whose only question is whether it ended well.
 * @param {boolean} well
 * @param {string} name
 * @returns {Counts}
 */
export function single(well, name) {
  return { passed: 0, failed: well ? 0 : 1, skipped: 0, failures: well ? [] : [name], skips: [] }
}

/**
 * Vitest's report (`--reporter=json`). A file that could not be loaded has no tests in it and counts as one failure.
 * @param {any} report
 * @returns {Counts}
 */
export function vitestCounts(report) {
  let passed = 0
  const failures = []
  const skips = []
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1
      else if (test.status === 'failed')
        failures.push(`${test.fullName}${because(test.failureMessages?.[0])}`)
      else skips.push(test.fullName)
    }
    const named = file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')
    if (file.status === 'failed' && !named)
      failures.push(`${file.name}: ${firstLine(file.message) || 'could not be loaded'}`)
  }
  return { passed, failed: failures.length, skipped: skips.length, failures, skips }
}

/**
 * Playwright's report (`json`). A test that passed only when tried again is not a passed test.
 * @param {any} report
 * @returns {Counts}
 */
export function playwrightCounts(report) {
  let passed = 0
  /** @type {string[]} */
  const failures = report.errors.map((/** @type {any} */ error) => firstLine(error.message ?? String(error)))
  /** @type {string[]} */
  const skips = []
  /** @type {(suite: any, path: string) => void} */
  const visit = (suite, path) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const name = `${path}${spec.title}`
        if (test.status === 'expected') passed += 1
        else if (test.status === 'skipped') skips.push(name)
        else {
          const tried = test.status === 'flaky' ? ' (passed only when tried again)' : ''
          const failed = test.results?.find((/** @type {any} */ result) => result.error)
          failures.push(`${name}${tried}${because(failed?.error.message, failed?.error.location)}`)
        }
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, `${path}${inner.title} › `)
  }
  for (const suite of report.suites) visit(suite, `${suite.title} › `)
  return { passed, failed: failures.length, skipped: skips.length, failures, skips }
}

/**
 * A runner's counts together with how it ended: one that fails without a failed test (an error outside of every test, a
 * coverage limit, a crash) has failed once, and one that ran nothing has not passed.
 * @param {Counts} counts
 * @param {number} status the runner's exit status
 * @param {string} name
 * @returns {Counts}
 */
export function withStatus(counts, status, name) {
  const nothing = counts.passed + counts.failed === 0
  if (counts.failed > 0 || (status === 0 && !nothing)) return counts
  const why = nothing
    ? `${name}: no test ran`
    : `${name}: ended with status ${status} although no test failed`
  return { ...counts, failed: 1, failures: [...counts.failures, why] }
}

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function total(all) {
  const sum = (/** @type {(counts: Counts) => number} */ part) =>
    all.reduce((so, counts) => so + part(counts), 0)
  return {
    passed: sum((counts) => counts.passed),
    failed: sum((counts) => counts.failed),
    skipped: sum((counts) => counts.skipped),
    failures: all.flatMap((counts) => counts.failures),
    skips: all.flatMap((counts) => counts.skips),
  }
}

/**
 * The plain line that a run ends with: `12 passed, 0 failed`, and `, 1 skipped` only when there is one.
 * @param {Counts} counts
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/**
 * Why a test failed, in short, for a reader who has only the last lines of a run: the message's lines that say something,
 * and where.
 * @param {string} [message]
 * @param {{ file: string, line: number }} [place]
 */
function because(message = '', place) {
  const said = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at ') && !/^<.*>$/.test(line))
    .slice(0, 6)
    .join(' | ')
  const at = place ? ` (${basename(place.file)}:${place.line})` : ''
  return said === '' ? at : `: ${said.length > 500 ? `${said.slice(0, 500)}…` : said}${at}`
}

/** @param {string} [text] */
function firstLine(text = '') {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  )
}
