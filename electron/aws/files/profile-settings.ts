/** What a profile sets besides an identity: endpoint and its kind, CA bundle, region, and which profile is chosen. */
import { named } from '../../../shared/visible'
import { type AwsRules, newestRules } from '../installed/rules'
import type { AwsFiles, Setting } from './aws-files'
import type { Variables } from './paths'

// What a profile sets besides its identity ----------------------------------------------------------------------

/** A value that aws would use, with where it was named. */
export interface NamedValue {
  readonly value: string
  /** `AWS_ENDPOINT_URL_STS`, `services dev in /home/x/.aws/config:12`. */
  readonly from: string
}

/** A setting as a sentence calls it. */
export const settingAt = (setting: Setting, what: string): NamedValue => ({
  value: setting.value,
  from: `${what} in ${setting.file}:${setting.line}`,
})

/** The settings that aws uses: those of the profile, else of `default` when none is chosen. */
export function scoped(files: AwsFiles, profile: string | null): Readonly<Record<string, Setting>> {
  return files.profiles.get(profile ?? 'default')?.settings ?? {}
}

/** One of them; null where it is not set. */
export function settingOf(files: AwsFiles, profile: string | null, key: string): NamedValue | null {
  const setting = scoped(files, profile)[key]
  return setting ? settingAt(setting, `${key} of profile ${named(profile ?? 'default')}`) : null
}

/** The first of these variables that is set, also when it is empty; null where none is. */
function firstSet(names: readonly string[], variables: Variables): NamedValue | null {
  const from = names.find((name) => variables[name] !== undefined)
  return from === undefined ? null : { value: variables[from] ?? '', from }
}

/**
 * The endpoint that environment or profile name for a service (`sts`, `eks`, `sso`, `sso_oidc`), in botocore's order:
 * AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, the profile's services section, the profile's endpoint_url; null when none
 * does or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS says so. `missing` names a services section that does not exist: aws
 * fails then.
 */
export function endpointFor(
  files: AwsFiles,
  profile: string | null,
  service: string,
  variables: Variables,
): { readonly endpoint: NamedValue | null; readonly missing: string | null } {
  const settings = scoped(files, profile)
  const none = { endpoint: null, missing: null }
  const ignore =
    variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? settings.ignore_configured_endpoint_urls?.value ?? ''
  if (ignore.toLowerCase() === 'true') return none
  for (const name of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, 'AWS_ENDPOINT_URL']) {
    const value = variables[name]
    if (value) return { endpoint: { value, from: name }, missing: null }
  }
  if (settings.services) {
    const { value: name } = settings.services
    const section = files.services.get(name)?.settings ?? {}
    const own = section[service]
    // An empty section counts for botocore as none, and it fails at a plain value where nested ones belong.
    if (Object.keys(section).length === 0 || (own && Object.keys(own.nested).length === 0))
      return { endpoint: null, missing: name }
    const value = own?.nested.endpoint_url
    if (own && value) return { endpoint: { ...settingAt(own, `services ${name}`), value }, missing: null }
  }
  const own = settingOf(files, profile, 'endpoint_url')
  return own?.value ? { endpoint: own, missing: null } : none
}

/** The variants of AWS's own endpoints that environment or profile ask for, as the SDK's clients take them. */
export function endpointVariant(
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
): { readonly useFipsEndpoint: boolean; readonly useDualstackEndpoint: boolean } {
  const settings = scoped(files, profile)
  const on = (name: string) =>
    (variables[`AWS_${name.toUpperCase()}`] ?? settings[name]?.value)?.toLowerCase() === 'true'
  return { useFipsEndpoint: on('use_fips_endpoint'), useDualstackEndpoint: on('use_dualstack_endpoint') }
}

/** The CA bundle that aws would trust, and nothing else: AWS_CA_BUNDLE, the profile's ca_bundle, REQUESTS_CA_BUNDLE. */
export function caBundleFor(
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
): NamedValue | null {
  if (variables.AWS_CA_BUNDLE !== undefined) {
    // Empty switches aws's verification off; Ekscope never does, so it counts as not named.
    return variables.AWS_CA_BUNDLE ? { value: variables.AWS_CA_BUNDLE, from: 'AWS_CA_BUNDLE' } : null
  }
  const own = settingOf(files, profile, 'ca_bundle')
  if (own?.value) return own
  const requests = variables.REQUESTS_CA_BUNDLE
  return requests ? { value: requests, from: 'REQUESTS_CA_BUNDLE' } : null
}

/**
 * The region that aws would use by these rules: of a variable, else the profile's. Null when none names one: then
 * `get-token` of version 2 uses the global STS endpoint. An empty variable gives an empty region, on which aws fails.
 */
export function regionFor(
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
  { regionVariables }: Pick<AwsRules, 'regionVariables'> = newestRules,
): NamedValue | null {
  return firstSet(regionVariables, variables) ?? settingOf(files, profile, 'region')
}

/**
 * The profile that aws takes by these rules: --profile (empty counts as absent), else AWS_PROFILE and AWS_DEFAULT_PROFILE in
 * its version's order, these also when empty. `variables` has exec.env over the environment. Null: none is chosen, `default`
 * applies if it exists.
 */
export function chosenProfile(
  argument: string | null,
  variables: Variables,
  { profileVariables }: Pick<AwsRules, 'profileVariables'> = newestRules,
): NamedValue | null {
  return argument ? { value: argument, from: '--profile' } : firstSet(profileVariables, variables)
}
