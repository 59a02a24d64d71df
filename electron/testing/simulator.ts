/** The demo's simulator as tests use it: it remembers what was asked, and things go wrong on purpose. */
import type { RecordedRequest } from '../demo/simulator/http'
import { type SimulatorOptions, startSimulator as startPlain } from '../demo/simulator/simulator'
import type { World } from '../demo/simulator/world'
import { applyFault, createFaults } from './faults-of-servers'

export type Simulator = Awaited<ReturnType<typeof startSimulator>>

/** What a simulator is started with so that its requests are remembered, and can be made to fail. */
export function watched() {
  const recorded: RecordedRequest[] = []
  const faults = createFaults()
  const options: Pick<SimulatorOptions, 'log' | 'before'> = {
    log: (request) => recorded.push(request),
    async before(occasion, response) {
      const fault = faults.take(occasion)
      return fault && (await applyFault(fault, occasion.service, response)) ? `fault: ${fault.kind}` : null
    },
  }
  return {
    options,
    requests: (): readonly RecordedRequest[] => [...recorded],
    forgetRequests(): void {
      recorded.length = 0
    },
    /** Lets something go wrong from now on; call the returned function to end it. */
    fault: faults.add,
    clearFaults: faults.clear,
  }
}

/** Starts everything; resolves when all servers listen. */
export async function startSimulator(world: World, options: Pick<SimulatorOptions, 'now'> = {}) {
  const watch = watched()
  return { ...(await startPlain(world, { ...watch.options, ...options })), ...watch }
}
