import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { project, type Surroundings } from './surroundings'

/** The demo fleet served by the terminal program, so that it outlives a window. */
export interface FleetProcess {
  readonly home: string
  /** What points any tool at it, HOME and KUBECONFIG among it. */
  readonly variables: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Starts `ekscope demo --json` in these surroundings and waits until it serves. */
export function startFleet(
  surroundings: Surroundings,
  program = join(project, 'out', 'cli.cjs'),
): Promise<FleetProcess> {
  const child = spawn(process.execPath, [program, 'demo', '--json'], {
    env: { ...surroundings.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGINT')
    })
  return new Promise((resolve, reject) => {
    let told = ''
    let problems = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text
      // One JSON document, ended by a line feed.
      if (!told.endsWith('}\n')) return
      const { home, environment }: { home: string; environment: Record<string, string> } = JSON.parse(told)
      resolve({ home, variables: environment, stop })
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      problems += text
    })
    child.once('exit', (status) => reject(new Error(`ekscope demo ended with ${status}: ${problems}`)))
  })
}
