import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { project } from './surroundings'

let folder: Promise<string | null> | undefined

/**
 * The folder of an `aws` for the front of PATH that answers with aws's own code from a process which has it in memory: a
 * run of aws is nearly all importing. One for each worker, which ends with it. Null where aws is no Python program.
 */
export const quickAws = (): Promise<string | null> => {
  folder ??= start()
  return folder
}

async function start(): Promise<string | null> {
  const aws = '/usr/bin/aws'
  const python = existsSync(aws) ? /^#!(\S*python\S*)\n/.exec(readFileSync(aws, 'latin1'))?.[1] : undefined
  if (python === undefined) return null
  const made = mkdtempSync(join(tmpdir(), 'ekscope-e2e-aws-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  const judge = join(project, 'electron', 'testing', 'aws-judge.py')
  // It ends with its standard input, and so with this worker.
  const env = { PATH: '/usr/bin:/bin', EKSCOPE_JUDGE_SERVES: made }
  const child = spawn(python, ['-s', judge], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  child.unref()
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', (status) => reject(new Error(`the judge of aws ended with ${status}`)))
  })
  return made
}
