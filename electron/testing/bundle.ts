/** Programs of this project as files that plain Node runs, each bundled once in a whole run of the tests. */
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundles (bundles-folder.ts), which all workers of a run share. */
    bundles: string
  }
}

/**
 * The path of one TypeScript entry, bundled into one CommonJS file. The first worker that asks makes it; the others wait.
 * The folder belongs to the run, not to the caller. `entry` is relative to the repository.
 */
export async function bundled(entry: string): Promise<string> {
  const made = path.join(inject('bundles'), entry.replaceAll('/', '-'))
  const making = `${made}.making`
  while (!(await exists(made))) {
    if (await claimed(making)) {
      try {
        // Looked at again under the claim: another worker may have finished between the look above and the claim.
        if (await exists(made)) break
        await bundle(entry, making)
        await rename(making, made)
      } finally {
        await removeFolder(making)
      }
    } else await sleep(50)
  }
  return path.join(made, program)
}

const program = 'program.cjs'
const exists = (folder: string) =>
  stat(folder).then(
    () => true,
    () => false,
  )
/** Making a folder is atomic: one worker alone succeeds. */
const claimed = (folder: string) =>
  mkdir(folder).then(
    () => true,
    () => false,
  )

async function bundle(entry: string, folder: string): Promise<void> {
  const { build } = await import('vite')
  await build({
    configFile: false,
    logLevel: 'error',
    define: { __EKSCOPE_VERSION__: JSON.stringify('0.0.0-test') },
    ssr: { noExternal: true },
    build: {
      ssr: path.resolve(import.meta.dirname, '../..', entry),
      outDir: folder,
      emptyOutDir: false,
      target: 'node18',
      minify: false,
      rollupOptions: {
        output: { format: 'cjs', entryFileNames: program, chunkFileNames: '[name]-[hash].cjs' },
      },
    },
  })
}

/** Removes a temporary folder of a test, whatever is in it. */
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 3 })
