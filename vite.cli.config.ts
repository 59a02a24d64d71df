import { existsSync } from 'node:fs'
import { defineConfig } from 'vite'
import { ascii } from './scripts/lib/ascii.mjs'
import { bundledPackages } from './scripts/lib/bundled.mjs'

/**
 * The parts of the terminal program beside a file for each command: what these modules need, as far as no part before has it. A
 * command reads those that it uses, and what calls each other often is in one.
 */
const parts = [
  // Loaded before what Node keeps of compiling is used.
  [
    'first',
    ['electron/system/data-folder-path', 'electron/system/compile-cache', 'electron/aws/token/token-words'],
  ],
  ['start', ['electron/cli']],
  ['token', ['electron/token-start']],
  // What asks AWS and clusters by itself: a token that does reads nothing of checks and writes.
  ['calls', ['electron/aws/token/calls']],
  ['prompt', ['electron/cli/current', 'electron/system/data-folder']],
  ['naming', ['electron/cli/current-prompt', 'electron/state/context-names']],
  ['reading', ['electron/services-reading', 'electron/system/data-folder', 'electron/cli/list']],
  // What checks and what writes: neither reads the other for it.
  ['asking', ['electron/cli/question', 'electron/cli/contexts-by-name', 'shared/edits/refusal']],
  ['writing', ['electron/services', 'electron/cli/writing', 'electron/kubeconfig/disk/overwritten-writes']],
  [
    'checking',
    [
      'electron/whoami/runner',
      'electron/net/early-connections',
      'electron/system/run-command',
      'electron/cli/whoami',
    ],
  ],
] as const

for (const module of parts.flatMap(([, modules]) => modules))
  if (!existsSync(`${import.meta.dirname}/${module}.ts`))
    throw new Error(`vite.cli.config.ts: no module ${module}`)

const groups = parts.map(([name, modules], at) => ({
  name,
  test: (id: string) => modules.some((module) => id.replaceAll('\\', '/').endsWith(`/${module}.ts`)),
  priority: parts.length - at,
}))

/** Modules of Node's that take 10 ms to load, and that a command which only lists never uses: they are loaded when they are first used. */
const lateBuiltins = {
  name: 'late-builtins',
  // What is imported by one name for all of it is copied where it is imported, and so is loaded there.
  renderChunk: (code: string) =>
    code.replaceAll(/let (\w+) = require\("(node:(?:crypto|child_process))"\)/g, (whole, name, module) =>
      code.includes(`__toESM(${name})`)
        ? whole
        : `let ${name} = new Proxy({}, { get: (_, name) => require("${module}")[name] })`,
    ),
}

/** Before anything that an older Node does not know. */
const newEnough = `if (parseInt(process.versions.node) < 20) {
  console.error('ekscope: Node ' + process.versions.node + ' is too old: Node 20 or newer is needed. Install it, or the package ekscope-cli, which needs none.')
  process.exit(3)
}`

// The programs that run in a plain Node: the terminal door and the demo's stand-in for aws, with what they have in common once.
// With `--mode single` all of it is one file, for the executable that has a Node in itself (scripts/lib/single-executable.mjs).
export default defineConfig(({ mode }) => {
  const single = mode === 'single'
  return {
    // What vite would read into import.meta.env from .env files has no place in a program for the terminal.
    envDir: false,
    plugins: [ascii, lateBuiltins, bundledPackages(single ? '' : 'cli')],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: single ? 'dist/single' : 'out',
      emptyOutDir: false,
      copyPublicDir: false,
      rollupOptions: {
        input: single
          ? 'electron/single-executable.ts'
          : {
              cli: 'electron/cli-start.ts',
              'kubectl-ekscope': 'electron/kubectl-plugin.ts',
              'kubectl_complete-ekscope': 'electron/kubectl-complete.ts',
              'demo/aws': 'electron/demo/aws-stand-in.ts',
            },
        output: {
          format: 'cjs',
          banner: (chunk: { isEntry: boolean }) => (chunk.isEntry ? `#!/usr/bin/env node\n${newEnough}` : ''),
          entryFileNames: '[name].cjs',
          // What is imported lazily (the AWS SDK) becomes a chunk, so that `ekscope list` does not load it.
          // The same names from build to build: what Node keeps of compiling one takes the place of what it kept before.
          chunkFileNames: 'cli/[name].cjs',
          // Functions and classes keep their names, which the stack of a bug report shows.
          comments: false,
          minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } } },
          codeSplitting: single ? false : { groups },
        },
      },
    },
  }
})
