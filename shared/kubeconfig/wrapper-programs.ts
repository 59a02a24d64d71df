/** The programs that kubeconfigs put before aws or the authenticator: `shared/exec/wrappers.ts` has a reader for each. */

/** They give another program the credentials of a profile: flags say which of their words are secret. */
export const credentialPrograms = [
  'aws-vault',
  'assume',
  'assumego',
  'awsume',
  'aws-sso',
  'saml2aws',
  'aws-okta',
  'aws2-wrap',
] as const

/** Programs that run anything, so that what they run is masked as any script is; and the authenticator by other names. */
const otherPrograms = [
  'env',
  'op',
  'mise',
  'direnv',
  'docker',
  'wsl',
  'kubergrunt',
  'heptio-authenticator-aws',
  'ekscope',
] as const

export type WrapperProgram = (typeof credentialPrograms | typeof otherPrograms)[number]
