/** Gives every run of the tests the folder in which its workers share the bundles of bundle.ts. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-bundles-'))
  // Some tests run the programs as another user.
  chmodSync(folder, 0o755)
  const remove = (path: string) => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  project.provide('bundles', folder)
  // While vitest watches, the sources change between two runs.
  project.onTestsRerun(() => {
    remove(folder)
    mkdirSync(folder, { mode: 0o755 })
  })
  return () => remove(folder)
}
