/** How AWS is asked in one environment of this machine, by its AWS files as they are now. */

import type { EnvironmentName } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import type { AskingOptions } from '../aws/api/credentials-request'
import { awsPaths } from '../aws/files/paths'
import { programsOnce } from '../aws/installed/which'
import { runCommand as runProgram } from '../system/run-command'
import { processFingerprint } from '../trust/command-permission'
import { examineProcess, lookupsOf } from '../trust/examine'
import { awsFilesOnce } from './aws-files-once'
import type { Basis } from './basis'

export type AskingBasis = Pick<Basis, 'environments' | 'decisions' | 'asked' | 'home' | 'platform' | 'now'> &
  Partial<Pick<Basis, 'runCommand'>>

export async function askingIn(options: AskingBasis, name: EnvironmentName): Promise<AskingOptions> {
  const { decisions, home, platform, now, runCommand = runProgram } = options
  const environment = await options.environments.of(name)
  const { variables } = environment
  const [files, rules] = await Promise.all([
    awsFilesOnce(home, platform)(environment, {}),
    programsOnce(await options.asked())(environment, {}).rules('aws'),
  ])
  return {
    files,
    variables,
    home: awsPaths(variables, home, platform).home,
    environment: environmentInSentence[name],
    now,
    rules,
    run: runCommand,
    async mayRun(process) {
      const trust = await decisions.load()
      return trust.allows(processFingerprint(trust.key, await examineProcess(process, lookupsOf(variables))))
    },
  }
}
