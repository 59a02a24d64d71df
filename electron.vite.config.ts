import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin, Rolldown } from 'vite'
import { ascii } from './scripts/lib/ascii.mjs'
import { bundledPackages } from './scripts/lib/bundled.mjs'
import { buildTarget } from './scripts/lib/target.mjs'

/** What the thread shares with the window's program, in one file: to find each of fifty took main 10 ms. */
const parts = [{ name: 'planning-part', test: /[\\/]electron[\\/]editing[\\/]planning\.ts$/ }]

type OfPage = (id: string, modules: Parameters<Rolldown.CodeSplittingNameFunction>[1]) => boolean

/** Whether a module is one that this page imports at once. */
function importedBy(page: string): OfPage {
  let ids: Set<string> | null = null
  return (id, modules) => {
    if (ids === null) {
      ids = new Set([page])
      for (const from of ids) for (const to of modules.getModuleInfo(from)?.importedIds ?? []) ids.add(to)
    }
    return ids.has(id)
  }
}

/**
 * The files of the pages: what both import at once, what the window does, what the question does, and all that is imported later.
 * By itself the bundler would make a file for each set of importers, and each view imports its page.
 */
function filesOfPages(): Rolldown.CodeSplittingGroup[] {
  const [window, question] = [resolve('renderer/main.tsx'), resolve('renderer/question.tsx')]
  const entries = [window, question, resolve('renderer/ask-early.ts')]
  const [inWindow, inQuestion] = [importedBy(window), importedBy(question)]
  const file = (name: string, ...pages: readonly OfPage[]): Rolldown.CodeSplittingGroup => ({
    debugName: name,
    test: (id) => !entries.includes(id) && !id.endsWith('.html'),
    name: (id, modules) => (pages.every((isOf) => isOf(id, modules)) ? name : null),
  })
  return [
    file('pages', inWindow, inQuestion),
    file('window', inWindow),
    file('asking', inQuestion),
    file('later'),
  ]
}

/**
 * What brings the first picture sooner. Main is asked for what stands in it while the page is still being read. Its fonts are known
 * before the styles that name them, so that all text is laid out once. And nothing is drawn before the page has run: an empty frame
 * would hold it up.
 */
const firstPicture: Plugin = {
  name: 'first-picture',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle, path }) {
      const files = Object.keys(bundle ?? {})
      const named = (name: RegExp) => files.filter((file) => name.test(file)).map((file) => `./${file}`)
      const fonts = named(/(inter|jetbrains-mono)-latin-wght-normal-[^/]+\.woff2$/).map((href) => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href },
        injectTo: 'head-prepend' as const,
      }))
      if (!path.endsWith('/index.html')) return fonts
      const asking = named(/\/ask-early-[^/]+\.js$/).map((src) => ({
        tag: 'script',
        attrs: { type: 'module', async: true, crossorigin: true, src },
        injectTo: 'head-prepend' as const,
      }))
      return {
        html: html.replace('<script type="module"', '<script type="module" blocking="render"'),
        tags: [...asking, ...fonts],
      }
    },
  },
}

/**
 * Refuses a page whose modules each stand in a function of their own. That happens as soon as one is taken for CommonJS, as an entry
 * that exports nothing is here, and V8 then compiles all of it twice before anything is drawn.
 */
const oneScope: Plugin = {
  name: 'one-scope',
  renderChunk(code, { name }) {
    if (code.includes('__esmMin(')) throw new Error(`the modules of ${name} are wrapped one by one`)
    // CommonJS, as React is, is run at once: as functions in parentheses V8 reads these once, as arrows twice.
    return code.replace(/__commonJSMin\(\(\(([\w, ]*)\) => \{/g, '__commonJSMin((function($1) {')
  },
}

// The window: main and preload as CommonJS for the Node of the Electron that is to run them, the page for its Chrome.
// Everything is bundled: a packaged app holds out/ and package.json, no node_modules.
export default defineConfig(({ command }) => {
  const { node, chrome } = buildTarget()
  // With a development server the page's policy must let vite's own scripts and styles in: by a nonce that lives as
  // long as the server. Main finds it in its environment.
  const nonce = command === 'serve' ? randomBytes(16).toString('base64') : null
  if (nonce !== null) process.env.EKSCOPE_DEV_NONCE = nonce

  return {
    main: {
      plugins: [ascii, bundledPackages()],
      build: {
        target: `node${node}`,
        externalizeDeps: false,
        rollupOptions: {
          // Two programs, the second that of a thread.
          input: { main: 'electron/main.ts', planning: 'electron/editing/planning-worker.ts' },
          // Chunks beside the entry: what looks for another built file goes one folder up from either.
          output: {
            format: 'cjs',
            entryFileNames: '[name].cjs',
            chunkFileNames: '[name]-[hash].cjs',
            codeSplitting: { groups: parts },
          },
        },
      },
    },
    preload: {
      plugins: [bundledPackages()],
      build: {
        target: `node${node}`,
        externalizeDeps: false,
        // A sandboxed preload can require nothing but electron: one file.
        isolatedEntries: true,
        rollupOptions: {
          input: { preload: 'electron/preload.ts', question: 'electron/question/preload.ts' },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    renderer: {
      root: 'renderer',
      plugins: [react(), oneScope, firstPicture, bundledPackages()],
      ...(nonce === null ? {} : { html: { cspNonce: nonce } }),
      build: {
        target: `chrome${chrome}`,
        minify: true,
        // The page's policy allows fonts and images from the app only: nothing inlined as data:.
        assetsInlineLimit: 0,
        // Read from the disk, not over a network: one file is the fastest.
        chunkSizeWarningLimit: 4000,
        rollupOptions: {
          input: {
            index: resolve('renderer/index.html'),
            question: resolve('renderer/question.html'),
            'ask-early': resolve('renderer/ask-early.ts'),
          },
          output: { codeSplitting: { groups: filesOfPages() } },
        },
      },
    },
  }
})
