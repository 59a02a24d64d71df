/** Runs the real kubectl and aws against simulators: an environment of its own, never that of the machine. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { basename, delimiter, join } from 'node:path'

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Where the program is: the distribution's own before any other on PATH, because that one is the judge. */
export function realProgram(name: 'aws' | 'kubectl'): string {
  for (const folder of ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]) {
    if (folder === '') continue
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  const debian = name === 'aws' ? 'awscli' : 'kubectl'
  throw new Error(`the real ${name} is needed: apt-get install -y ${debian}`)
}

export interface RunOptions {
  /** In ms; a minute by default. */
  readonly timeout?: number
  readonly cwd?: string
  /** For standard input, which is empty otherwise. */
  readonly input?: string
}

/** How vitest.config.ts lets kubectl run; a command that kubectl runs for a token has them, too. */
const goVariables = Object.fromEntries(
  ['GOGC', 'GOMAXPROCS'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  }),
)

/** Runs a program without a shell and with exactly these variables (kubectl: and Go's own); ends it after `timeout` ms. */
export function runProgram(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    // A session of its own: aws asks for MFA codes on /dev/tty otherwise.
    const child = spawn(command, [...args], {
      env: isKubectl([command, ...args]) ? { ...goVariables, ...variables } : { ...variables },
      detached: true,
      timeout: options.timeout ?? 60_000,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part) => {
      stdout += String(part)
    })
    child.stderr.on('data', (part) => {
      stderr += String(part)
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}

/** Itself, or behind `flock FILE`. */
const isKubectl = (words: readonly string[]) =>
  words.slice(0, words[0] === 'flock' ? 3 : 1).some((word) => basename(word).startsWith('kubectl'))
