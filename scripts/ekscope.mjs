// npm run -s ekscope -- …: the terminal program from a clone. Builds first when needed; prints nothing of its own on
// standard output.
import { createRequire } from 'node:module'
import { isBuilt, sourcesHash } from './lib/build-state.mjs'
import { callersFolder, inProject, main } from './lib/project.mjs'

const program = inProject('out', 'cli.cjs')

await main(async () => {
  if (!isBuilt(sourcesHash())) {
    // Loaded only now: the usual start should not pay for what it does not need.
    const { ensureDependencies } = await import('./lib/dependencies.mjs')
    const { ensureBuild } = await import('./lib/compile.mjs')
    await ensureDependencies()
    await ensureBuild()
  }
  process.chdir(callersFolder('ekscope'))
  return 0
})

// In this same process: a second Node would cost 40 ms, and signals, standard streams and the exit status stay its own.
if (process.exitCode === 0) {
  process.exitCode = undefined
  process.argv[1] = program
  createRequire(import.meta.url)(program)
}
