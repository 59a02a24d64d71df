// What goes along with the terminal program: the manual page and the completion of each shell, which it prints itself.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from './process.mjs'
import { inProject, readJson, Stop } from './project.mjs'

/** Each file with the words that print it. @type {Readonly<Record<string, readonly string[]>>} */
const shellFiles = {
  'ekscope.1': ['__man', readJson(inProject('package.json')).version],
  'completion/ekscope.bash': ['completion', 'bash'],
  'completion/_ekscope': ['completion', 'zsh'],
  'completion/ekscope.fish': ['completion', 'fish'],
  'completion/ekscope.ps1': ['completion', 'powershell'],
}

/**
 * Writes them into a folder.
 * @param {string} folder
 */
export async function writeShellFiles(folder) {
  mkdirSync(join(folder, 'completion'), { recursive: true })
  await Promise.all(
    Object.entries(shellFiles).map(async ([file, words]) => {
      const { status, stdout, stderr } = await ask(process.execPath, [inProject('out', 'cli.cjs'), ...words])
      if (status !== 0) throw new Stop(`ekscope ${words.join(' ')} ended with ${status}: ${stderr}`, 1)
      writeFileSync(join(folder, file), stdout)
    }),
  )
}
