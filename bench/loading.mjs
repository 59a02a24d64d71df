// Loading 10,000 contexts (read, hash, find entries, mask, project) beside reading the same bytes and scanning lines.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { writeFleet } from './lib/fleet.mjs'
import { alternately, inFolder, machine, median, report } from './lib/measure.mjs'

const root = join(import.meta.dirname, '..')

/** The engine's own store, bundled as it is in the product. */
async function engine(folder) {
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
        input: { engine: join(root, 'electron', 'kubeconfig', 'disk', 'store.ts') },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  })
  return import(pathToFileURL(join(folder, 'engine.mjs')).href)
}

/** The physical limit: every byte read once, every line end seen. */
function readAndScan(path) {
  const bytes = readFileSync(path)
  let lines = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1
  return lines
}

console.log(`loading, ${machine()}`)
await inFolder(async (folder) => {
  mkdirSync(join(folder, 'built'))
  const { createKubeconfigStore } = await engine(join(folder, 'built'))
  const path = join(folder, 'config')
  for (const count of [1_000, 10_000]) {
    const bytes = writeFleet(path, count)
    /** `whole`: also every cluster and user made ready for the page, which a command never asks for. */
    const load = async (whole) => {
      const store = createKubeconfigStore({
        list: () => [{ path, source: 'default', own: true }],
        trustedFile: () => false,
      })
      const snapshot = await store.load()
      if (snapshot.contexts.length !== count) throw new Error(`read ${snapshot.contexts.length} of ${count}`)
      if (whole && snapshot.clusters.length + snapshot.users.length !== 2 * count)
        throw new Error(`read ${snapshot.clusters.length} clusters and ${snapshot.users.length} users`)
    }
    const cpu = { ekscope: [], whole: [], scan: [] }
    const counted = (name, run) => async () => {
      const before = process.cpuUsage()
      await run()
      const { user, system } = process.cpuUsage(before)
      cpu[name].push((user + system) / 1_000)
    }
    const ms = await alternately(7, {
      ekscope: counted('ekscope', () => load(false)),
      whole: counted('whole', () => load(true)),
      scan: counted('scan', () => readAndScan(path)),
    })
    const what = `load ${count.toLocaleString('en')} contexts (${(bytes / 1e6).toFixed(1)} MB)`
    const other = { other: ms.scan, otherIs: 'read and scan', goal: '≤ 4' }
    report({ what, ours: ms.ekscope, ...other })
    report({ what: `${what}, all of it made ready for the page`, ours: ms.whole, ...other })
    report({ what: `${what}, processor time`, ours: median(cpu.ekscope), ...other, other: median(cpu.scan) })
  }
  const { rss } = process.memoryUsage()
  console.log(`memory of this process afterwards: ${(rss / 1e6).toFixed(0)} MB`)
})
