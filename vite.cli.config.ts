import { defineConfig } from 'vite'

// The programs that run in a plain Node: the terminal door and, with `--mode demo-aws`, the demo's stand-in for aws.
// Both are complete in themselves, so that they run wherever they are copied to.
export default defineConfig(({ mode }) => {
  const demoAws = mode === 'demo-aws'
  return {
    // What vite would read into import.meta.env from .env files has no place in a program for the terminal.
    envDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: 'out',
      emptyOutDir: false,
      copyPublicDir: false,
      rollupOptions: {
        input: demoAws
          ? { aws: 'electron/demo/aws-stand-in.ts' }
          : { cli: 'electron/cli-start.ts', main: 'electron/cli.ts' },
        output: {
          format: 'cjs',
          banner: (chunk: { isEntry: boolean; name: string }) =>
            chunk.isEntry && chunk.name !== 'main' ? '#!/usr/bin/env node' : '',
          entryFileNames: ({ name }) =>
            demoAws ? 'demo/[name].cjs' : name === 'cli' ? '[name].cjs' : 'cli/[name].cjs',
          // What is imported lazily (the AWS SDK) becomes a chunk, so that `ekscope list` does not load it.
          chunkFileNames: 'cli/[name]-[hash].cjs',
          ...(demoAws ? { codeSplitting: false } : {}),
        },
      },
    },
  }
})
