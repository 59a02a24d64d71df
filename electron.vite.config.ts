import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { ascii } from './scripts/lib/ascii.mjs'

/**
 * Refuses a page whose modules each stand in a function of their own. That happens as soon as one is taken for CommonJS, as an entry
 * that exports nothing is here, and V8 then compiles all of it twice before anything is drawn.
 */
const oneScope: Plugin = {
  name: 'one-scope',
  renderChunk(code, { name }) {
    if (code.includes('__esmMin(')) throw new Error(`the modules of ${name} are wrapped one by one`)
  },
}

// The window: main and preload as CommonJS that Node 18.15 understands, the page for Chrome 114. Those are what the
// oldest Electron has that Ekscope is run in (docs/developing.md); newer ones take them as well.
// Everything is bundled: a packaged app holds out/ and package.json, no node_modules.
export default defineConfig(({ command }) => {
  // With a development server the page's policy must let vite's own scripts and styles in: by a nonce that lives as
  // long as the server. Main finds it in its environment.
  const nonce = command === 'serve' ? randomBytes(16).toString('base64') : null
  if (nonce !== null) process.env.EKSCOPE_DEV_NONCE = nonce

  return {
    main: {
      plugins: [ascii],
      build: {
        target: 'node18',
        externalizeDeps: false,
        outDir: 'out/main',
        rollupOptions: {
          // Two programs, the second that of a thread, and what starts each with its kept code.
          input: {
            main: 'electron/main-start.ts',
            window: 'electron/main.ts',
            planning: 'electron/planning-start.ts',
            worker: 'electron/editing/planning-worker.ts',
            'kept-code': 'electron/kept-code.ts',
          },
          // Chunks beside the entry: what looks for another built file goes one folder up from either.
          output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
        },
      },
    },
    preload: {
      build: {
        target: 'node18',
        externalizeDeps: false,
        // A sandboxed preload can require nothing but electron: one file.
        isolatedEntries: true,
        outDir: 'out/preload',
        rollupOptions: {
          input: { preload: 'electron/preload.ts', question: 'electron/question/preload.ts' },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    renderer: {
      root: 'renderer',
      plugins: [react(), oneScope],
      ...(nonce === null ? {} : { html: { cspNonce: nonce } }),
      build: {
        target: 'chrome114',
        outDir: 'out/renderer',
        minify: true,
        // The page's policy allows fonts and images from the app only: nothing inlined as data:.
        assetsInlineLimit: 0,
        // Read from the disk, not over a network: one file is the fastest.
        chunkSizeWarningLimit: 4000,
        rollupOptions: {
          input: { index: resolve('renderer/index.html'), question: resolve('renderer/question.html') },
        },
      },
    },
  }
})
