/** The small world behind a simulator of AWS and its clusters, with the aws that it judges, for the tests of one file. */
import { afterAll, beforeAll } from 'vitest'
import type { World } from '../demo/simulator/world'
import { type AwsProgram, awsProgram } from './aws-judge'
import { type Simulator, startSimulator } from './simulator'
import { smallWorld } from './small-world'

export interface SmallSimulator {
  readonly simulator: Simulator
  readonly aws: AwsProgram
  /** What a program needs to ask it, and nobody else. */
  readonly variables: () => Readonly<
    Record<'PATH' | 'AWS_ENDPOINT_URL' | 'AWS_EC2_METADATA_DISABLED', string>
  >
  /** The entry of one of its clusters, as a line of `clusters:`. */
  readonly clusterEntry: (arn: string) => string
}

/** Starts it before the tests of this file, and ends it after them. */
export function useSmallSimulator(worldAt: (now: number) => World = smallWorld): SmallSimulator {
  let started: readonly [Simulator, AwsProgram] | null = null
  beforeAll(async () => {
    started = await Promise.all([startSimulator(worldAt(Date.now())), awsProgram()])
  })
  afterAll(() => started?.[0].close())
  const running = () => {
    if (started === null) throw new Error('it is started before the tests')
    return started
  }
  return {
    get simulator() {
      return running()[0]
    },
    get aws() {
      return running()[1]
    },
    variables: () => ({
      PATH: `${running()[1].folder}:/usr/bin:/bin`,
      AWS_ENDPOINT_URL: running()[0].endpointUrl,
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
    clusterEntry(arn) {
      const { url, caPem } = running()[0].cluster(arn)
      const ca = Buffer.from(caPem).toString('base64')
      return `- {name: "${arn}", cluster: {server: "${url}", certificate-authority-data: ${ca}}}\n`
    },
  }
}
