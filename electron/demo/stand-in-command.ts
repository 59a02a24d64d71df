import { join } from 'node:path'
import { leadsTo } from '../system/look-path'
import { runCommand } from '../system/run-command'

/** The word by which the single executable, where the stand-in is no file, starts it. */
export const standInWord = '__aws'

/**
 * How the demo's stand-in for the aws CLI is started: by this very program, which runs as a plain Node when
 * ELECTRON_RUN_AS_NODE says so. A packaged app is no Node (a fuse in its binary), and no other program can look into its
 * archive. There it is the single executable that lies beside the app or is installed with it, else a Node of the `path` with the
 * copy next to the archive; null where there is neither. `file` is null in the single executable.
 */
export async function standInCommand(
  file: string | null,
  program: string,
  path: string,
): Promise<readonly string[] | null> {
  if (file === null) return [program, standInWord]
  const beside = file.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
  if (beside === file) return [program, file]
  // Of the tar.gz, and of the package ekscope-cli. Elsewhere a file of that name is the app itself, where letter case counts for nothing.
  for (const place of process.platform === 'linux' ? ['../ekscope', '../../ekscope-cli/ekscope'] : []) {
    const single = await leadsTo(join(program, place), {})
    if (single !== null) return [single, standInWord]
  }
  for (const name of ['node', 'nodejs']) {
    const node = await leadsTo(name, { PATH: path })
    if (node !== null && (await isNewEnough(node))) return [node, beside]
  }
  return null
}

/** Whether it is a Node that runs what Ekscope is built to. */
async function isNewEnough(node: string): Promise<boolean> {
  const said = await runCommand(
    { path: node, args: ['--version'], env: {}, timeoutMs: 5000 },
    new AbortController().signal,
  )
  return said.kind === 'exited' && Number(/^v(\d+)\./.exec(said.stdout)?.[1]) >= 20
}
