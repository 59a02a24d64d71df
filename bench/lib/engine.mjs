// A part of the engine, its store unless another is named, bundled as it is in the product, for measurements in this process.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const root = join(import.meta.dirname, '..', '..')

/** Its exports; `folder` takes the bundle. @param {string} folder @param {string} entry */
export async function engine(folder, entry = 'electron/kubeconfig/disk/store.ts') {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: {
        input: { engine: join(root, entry) },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  })
  return import(pathToFileURL(join(folder, 'engine.mjs')).href)
}
