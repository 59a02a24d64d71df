// npm run bench: builds, then runs the measurements in bench/*.mjs (or those named) one after another, nothing beside.
import { existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { ensureBuild } from './lib/compile.mjs'
import { electronEnvironment } from './lib/electron.mjs'
import { onDisplay, prepare } from './lib/launch.mjs'
import { run } from './lib/process.mjs'
import { inProject, main, Stop, say } from './lib/project.mjs'

await main(async () => {
  const folder = inProject('bench')
  const all = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.mjs'))
        .sort()
    : []
  const named = process.argv.slice(2).filter((word) => !word.startsWith('-'))
  const options = process.argv.slice(2).filter((word) => word.startsWith('-'))
  const chosen = named.length === 0 ? all : named.map((name) => `${basename(name, '.mjs')}.mjs`)
  const unknown = chosen.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Stop(`no such measurement: ${unknown.join(', ')}. There are: ${all.join(', ')}`, 2)
  if (chosen.length === 0) throw new Stop('there is nothing to measure: bench/ holds no .mjs file.')
  const electron = await prepare({ purposes: ['window', 'display', 'test'] })
  await ensureBuild()
  return onDisplay({ own: true }, async (display) => {
    let worst = 0
    for (const name of chosen) {
      say(`measuring ${name} …`)
      const env = { ...electronEnvironment(electron), ...display }
      worst = Math.max(worst, await run(process.execPath, [inProject('bench', name), ...options], { env }))
    }
    return worst
  })
})
