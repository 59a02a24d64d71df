import { rm } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'vite'

/**
 * Bundles one TypeScript entry into a CommonJS file of its own, so that a test can run it in a real process of
 * plain Node. Returns the path of the bundle; its folder is the caller's to remove.
 */
export async function bundleForNode(entry: string, folder: string, name = 'entry'): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    define: { __EKSCOPE_VERSION__: JSON.stringify('0.0.0-test') },
    ssr: { noExternal: true },
    build: {
      ssr: path.resolve(entry),
      outDir: folder,
      emptyOutDir: false,
      target: 'node18',
      minify: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: `${name}.cjs`, codeSplitting: false } },
    },
  })
  return path.join(folder, `${name}.cjs`)
}

/** Removes a temporary folder of a test, whatever is in it. */
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 3 })
