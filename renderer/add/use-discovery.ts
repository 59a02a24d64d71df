import { useEffect, useRef, useState } from 'react'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { CallerAnswer, DiscoveryProgress, FoundCluster } from '../../shared/ipc/payloads'
import { assertNever, type Fault, type Result } from '../../shared/result'
import { useApp, useModel } from '../ui/model'
import { useAnswer } from '../ui/use-answer'

/** Who an identity is, as AWS says; null while AWS is asked or cannot be asked yet. */
export function useCaller(identity: DiscoveryIdentity, askable: boolean): Result<CallerAnswer> | null {
  const { bridge } = useModel()
  const environment = useApp((state) => state.environment)
  const asked = { environment, identity, region: null }
  // A name that is being typed is not asked for letter by letter.
  return useAnswer(JSON.stringify(asked), askable ? () => bridge.request('aws.caller', asked) : null, [], 250)
}

export interface Discovery {
  readonly clusters: readonly FoundCluster[]
  readonly problems: readonly { readonly where: string; readonly fault: Fault }[]
  /** Regions that are not searched yet. */
  readonly waiting: readonly string[]
  /** Regions of the last search; null before the first. */
  readonly regions: readonly string[] | null
  readonly running: boolean
}

const nothing: Discovery = { clusters: [], problems: [], waiting: [], regions: null, running: false }

/** Clusters as they are found, region by region. */
export function useDiscovery() {
  const { bridge } = useModel()
  const environment = useApp((state) => state.environment)
  const [discovery, setDiscovery] = useState<Discovery>(nothing)
  const run = useRef<string | null>(null)

  useEffect(
    () =>
      bridge.on('aws.discovered', (event) => {
        if (event.run === run.current) setDiscovery((before) => withProgress(before, event))
      }),
    [bridge],
  )
  const stop = () => {
    if (run.current !== null) void bridge.request('run.cancel', { run: run.current })
  }
  const last = useRef(stop)
  last.current = stop
  // A closed dialog searches no further.
  useEffect(() => () => last.current(), [])
  return {
    ...discovery,
    start(identity: DiscoveryIdentity, regions: readonly string[]) {
      stop()
      const id = crypto.randomUUID()
      run.current = id
      setDiscovery({ ...nothing, regions, waiting: regions, running: true })
      void bridge
        .request('aws.discover', { run: id, environment, identity, regions: [...regions] })
        .then((answer) => {
          // The run stays the current one: its last clusters may arrive after the answer, on another channel.
          if (run.current !== id) return
          setDiscovery((before) => ({
            ...before,
            waiting: [],
            running: false,
            problems:
              answer.ok || answer.fault.code === 'cancelled'
                ? before.problems
                : [...before.problems, { where: '', fault: answer.fault }],
          }))
        })
    },
    stop,
    forget() {
      stop()
      run.current = null
      setDiscovery(nothing)
    },
  }
}

function withProgress(before: Discovery, event: DiscoveryProgress): Discovery {
  switch (event.kind) {
    case 'cluster':
      return {
        ...before,
        clusters: [...before.clusters.filter(({ arn }) => arn !== event.cluster.arn), event.cluster],
      }
    case 'problem': {
      const where = [event.region, event.cluster].filter(Boolean).join(' ')
      return { ...before, problems: [...before.problems, { where, fault: event.fault }] }
    }
    case 'region':
      return { ...before, waiting: before.waiting.filter((region) => region !== event.region) }
    default:
      return assertNever(event, 'discovery event')
  }
}
