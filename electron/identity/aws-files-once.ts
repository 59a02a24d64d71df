/** The AWS files that commands would read, each set of paths read once. */
import type { AwsProgram } from '../../shared/exec/program-arguments'
import { once } from '../../shared/once'
import type { AwsFiles } from '../aws/files/aws-files'
import { type AwsPaths, awsPaths, type Variables, withoutDotSegments } from '../aws/files/paths'
import { type ChangedConfig, newAwsReading, readAwsFiles } from '../aws/files/read-aws-files'
import type { Environment } from '../system/environment'

/** The AWS files that aws or the authenticator would read in this environment with these variables of exec.env on top. */
export type AwsFilesOf = (
  environment: Environment,
  execEnv: Variables,
  by?: AwsProgram | null,
) => Promise<AwsFiles>

/**
 * Reads AWS files once per set of paths, not once per context: exec.env rarely names others. `home` is used where
 * the environment names none. Nothing is read again: make a new one to see changes. `changed`: a config file as edits would make it.
 */
export function awsFilesOnce(
  home: string,
  platform: NodeJS.Platform,
  signal?: AbortSignal,
  changed: ChangedConfig | null = null,
): AwsFilesOf {
  const read = new Map<string, Promise<AwsFiles>>()
  const bare = {
    aws: new WeakMap<Environment, Promise<AwsFiles>>(),
    'aws-iam-authenticator': new WeakMap<Environment, Promise<AwsFiles>>(),
  }
  const reading = newAwsReading(changed)
  return (environment, execEnv, program) => {
    const by = program ?? 'aws'
    const plain = !Object.keys(execEnv).some((name) => decides.test(name))
    const make = async () => {
      const variables = { ...environment.variables, ...execEnv }
      const paths = awsPaths(variables, home, platform, by)
      const key = JSON.stringify([
        by,
        ...Object.values(paths).map((path) => withoutDotSegments(path, platform)),
        variables.AWS_WEB_IDENTITY_TOKEN_FILE ?? null,
        variables.AWS_CREDENTIAL_FILE ?? null,
        variables.BOTO_CONFIG ?? null,
      ])
      const from = { variables, home, platform, reading, named: !plain, by, ...(signal ? { signal } : {}) }
      // Entries may spell the path of one file in different ways: each gets its own spelling of what was read once.
      return respelt(await once(read, key, () => readAwsFiles(from)), paths)
    }
    return plain ? once(bare[by], environment, make) : make()
  }
}

function respelt(files: AwsFiles, { config, credentials }: AwsPaths): AwsFiles {
  if (files.config.path === config && files.credentials.path === credentials) return files
  return {
    ...files,
    config: { ...files.config, path: config },
    credentials: { ...files.credentials, path: credentials },
  }
}

/** Names of exec.env that can select other files; a path may also use any variable, so only AWS's own are passed over. */
const decides = /^(?!AWS_(DEFAULT_)?(PROFILE|REGION)$|AWS_STS_REGIONAL_ENDPOINTS$|DEFAULT_ROLE$)/
