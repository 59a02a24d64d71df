/**
 * The real aws as a judge of many cases: processes that hold aws's own code and answer as it would (aws-judge.py). A case
 * costs a tenth of a run of aws; predicted-identity.oracle.test.ts holds the two against each other.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import * as v from 'valibot'
import { inject } from 'vitest'
import { parse } from 'yaml'
import { judgeFolder, judges } from '../../scripts/lib/judges.mjs'
import { type Run, realProgram, runProgram } from './real-programs'

/** The distribution's aws, 2.23.6 on Debian 13, or one of those that scripts/lib/judges.mjs fetches. */
export type AwsVersion = 'distribution' | Extract<keyof typeof judges, `aws-${string}`>

const programOf = (version: Exclude<AwsVersion, 'distribution'>): string =>
  path.join(judgeFolder(version), judges[version].program)

/** Whether this aws is on the machine: a test that asks it is skipped where it cannot be had. */
export const awsIsHere = (version: AwsVersion): boolean =>
  version === 'distribution' || (existsSync(programOf(version)) && pythonOf(realProgram('aws')) !== null)

export interface AwsJudge {
  /** What aws answers to these arguments with exactly these variables; it works in the folder that HOME names. */
  run(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Run>
  /** What aws reads in this config file, as JSON, once `aws configure set` has set these values there. */
  config(path: string, set: readonly ProfileValue[]): Promise<Run>
}
/** Profile, key and value. */
export type ProfileValue = readonly [string, string, string]

/** Whether aws can be asked about a config file: where it is a Python program. */
export const readsConfigs = (): boolean => pythonOf(realProgram('aws')) !== null

/** A judge as a program, for those that start aws themselves: kubectl, and Ekscope's checks. */
export interface AwsProgram {
  /** For the front of PATH: a folder with an `aws` that asks the judge. */
  readonly folder: string
}

const answer = v.object({ status: v.nullable(v.number()), stdout: v.string(), stderr: v.string() })

/**
 * Judges and programs stay for the next file of tests in this worker and end with it: to start one takes longer than the
 * questions of most files, and what one question leaves behind reaches no other.
 */
const idle = new Map<AwsVersion, JudgeProcess[]>()
const programs = new Map<AwsVersion, Promise<AwsProgram>>()

/** `processes` is how many cases are judged at once. They start with the first case. */
export function awsJudge(processes = 2, version: AwsVersion = 'distribution'): AwsJudge {
  const python = pythonOf(realProgram('aws'))
  if (python === null) return wholeProcesses
  const kept = idle.get(version) ?? []
  idle.set(version, kept)
  let free = processes
  const waiting: (() => void)[] = []
  const ask = async (question: object) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    const judge = kept.pop() ?? judgeProcess(python, version)
    try {
      const said = await judge.ask(question)
      kept.push(judge)
      return said
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
  return {
    run: (args, variables) => ask({ args, env: variables, cwd: variables.HOME ?? '/' }),
    config: (path, set) => ask({ config: path, set }),
  }
}

/** A folder with an `aws` that hands its arguments and environment on to a judge. */
export function awsProgram(version: AwsVersion = 'distribution'): Promise<AwsProgram> {
  const started = programs.get(version) ?? startProgram(version)
  programs.set(version, started)
  return started
}

async function startProgram(version: AwsVersion): Promise<AwsProgram> {
  const aws = realProgram('aws')
  const python = pythonOf(aws)
  if (python === null) return { folder: path.dirname(aws) }
  const folder = mkdtempSync(path.join(inject('bundles'), 'aws-'))
  const child = startJudge(python, version, { EKSCOPE_JUDGE_SERVES: folder })
  const { done } = await createInterface(child.stdout)[Symbol.asyncIterator]().next()
  if (done) throw new Error('the judge of aws has ended')
  return { folder }
}

/** Each case as a run of aws: how the judge is judged, and what there is where aws is no Python program. */
export const wholeProcesses: AwsJudge = {
  run: (args, variables) => runProgram(realProgram('aws'), args, variables, { cwd: variables.HOME ?? '/' }),
  config: () => Promise.reject(new Error('this aws is no Python program')),
}

/** The access key in the token that aws printed, as kubectl reads it: JSON or YAML; null where there is none to read. */
export function keyIdOf(stdout: string): string | null {
  const printed = v.safeParse(
    credential,
    attempt(() => parse(stdout)),
  )
  const token = printed.success ? /^k8s-aws-v1\.(.+)$/.exec(printed.output.status.token)?.[1] : undefined
  if (token === undefined) return null
  return /[?&]X-Amz-Credential=([^&%/]+)/.exec(Buffer.from(token, 'base64url').toString())?.[1] ?? null
}

const credential = v.object({ kind: v.literal('ExecCredential'), status: v.object({ token: v.string() }) })

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return null
  }
}

interface JudgeProcess {
  /** One question at a time. */
  ask(question: object): Promise<Run>
}

function judgeProcess(python: string, version: AwsVersion): JudgeProcess {
  const child = startJudge(python, version)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    ask: async (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('the judge of aws has ended')
      return v.parse(answer, JSON.parse(value))
    },
  }
}

function startJudge(
  python: string,
  version: AwsVersion,
  more: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const own = { PATH: '/usr/bin:/bin', EKSCOPE_JUDGE_PYTHON: python, ...more }
  const child =
    version === 'aws-2.36'
      ? startAsPlugin(programOf(version), own)
      : spawn(python, [version === 'aws-v1' ? '-sS' : '-s', judgeFile], {
          // As pip installs it: without the distribution's awscrt.
          env: version === 'aws-v1' ? { ...own, PYTHONPATH: path.dirname(programOf(version)) } : own,
        })
  child.stderr.pipe(process.stderr)
  child.stdin.on('error', () => undefined)
  return child
}

const judgeFile = path.join(import.meta.dirname, 'aws-judge.py')

/** The judge as a plugin of an aws that brings its own Python. */
function startAsPlugin(aws: string, own: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-judge-'))
  const config = path.join(folder, 'config')
  writeFileSync(config, `[plugins]\ncli_legacy_plugin_path = ${folder}\njudge = judge\n`)
  copyFileSync(judgeFile, path.join(folder, 'judge.py'))
  // aws keeps paths below HOME from the start on (aws-judge.py).
  const child = spawn(aws, ['sts', 'help'], {
    env: { ...own, AWS_CONFIG_FILE: config, HOME: '/proc/self/fd/200' },
  })
  child.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return child
}

/** The interpreter that a program of awscli names, which can import aws's code; null if it is no such program. */
function pythonOf(program: string): string | null {
  const text = readFileSync(program, 'latin1')
  return text.includes('awscli') ? (/^#!(\S*python\S*)\n/.exec(text)?.[1] ?? null) : null
}
