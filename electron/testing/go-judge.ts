/** The AWS SDK for Go as a judge of what aws-iam-authenticator does: go-judge.go, built where Debian's packages are. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { inject } from 'vitest'
import { goSdkFiles } from '../../scripts/lib/judges.mjs'
import { type Run, runProgram } from './real-programs'

/** Whether it can be built here. */
export const goIsHere = goSdkFiles.every((file) => existsSync(file))

/** Builds it, which takes half a minute, and gives what it answers: the key id on standard output, or why there is none. */
export async function goJudge(): Promise<
  (args: readonly string[], variables: Readonly<Record<string, string>>) => Promise<Run>
> {
  const folder = inject('bundles')
  const program = path.join(folder, 'aws-iam-authenticator')
  const built = await runProgram(
    '/usr/bin/go',
    ['build', '-o', program, path.join(import.meta.dirname, 'go-judge.go')],
    {
      PATH: '/usr/bin:/bin',
      HOME: folder,
      GOPATH: '/usr/share/gocode',
      GO111MODULE: 'off',
      GOCACHE: path.join(folder, 'go-cache'),
      GOFLAGS: '-buildvcs=false',
      GOTOOLCHAIN: 'local',
    },
    { timeout: 600_000 },
  )
  if (built.status !== 0) throw new Error(`the judge of the authenticator was not built: ${built.stderr}`)
  return (args, variables) => runProgram(program, args, variables)
}
