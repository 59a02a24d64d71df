/** Programs of this project as files that plain Node runs, each bundled once in a whole run of the tests. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
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
export const bundled = async (entry: string): Promise<string> =>
  path.join(await once(entry.replaceAll('/', '-'), (folder) => bundle(entry, folder)), program)

/** The terminal program in its parts, as its users have it. */
export const builtProgram = async (): Promise<string> =>
  path.join(await once('built', buildProgram), 'cli.cjs')

/** Why no call of a program can be made to fail here, after a colon; null where one can. */
export const noFaults = (): string | null => {
  if (process.platform !== 'linux') return ': only Linux preloads a library like this'
  const { status } = spawnSync('cc', ['--version'])
  return status === 0 ? null : ': no cc makes the library that fails: apt-get install -y gcc libc6-dev'
}

/** The library that makes calls of a program fail, or kills it before one (faults.c says how). */
export const faultLibrary = async (): Promise<string> =>
  path.join(
    await once('faults', async (folder) => {
      const source = path.resolve(import.meta.dirname, 'faults.c')
      const words = [
        '-shared',
        '-fPIC',
        '-O1',
        '-o',
        path.join(folder, 'faults.so'),
        source,
        '-ldl',
        '-lpthread',
      ]
      await promisify(execFile)('cc', words)
    }),
    'faults.so',
  )

/** A folder of the run that `make` fills, for all workers. */
async function once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const made = path.join(inject('bundles'), name)
  const making = `${made}.making`
  while (!(await exists(made))) {
    if (await claimed(making)) {
      try {
        // Looked at again under the claim: another worker may have finished between the look above and the claim.
        if (await exists(made)) break
        await make(making)
        await rename(making, made)
      } finally {
        await removeFolder(making)
      }
    } else await sleep(50)
  }
  return made
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

async function buildProgram(folder: string): Promise<void> {
  const { build } = await import('vite')
  const root = path.resolve(import.meta.dirname, '../..')
  await build({
    root,
    configFile: path.join(root, 'vite.cli.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  })
}

async function bundle(entry: string, folder: string): Promise<void> {
  const { build } = await import('vite')
  await build({
    configFile: false,
    logLevel: 'error',
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
