/**
 * Lets V8 optimise later. At a start nearly everything runs a few thousand times and then never again, and what V8 makes of it in
 * other threads meanwhile took a quarter of the processor time of a window with 10,000 contexts (docs/performance.md). What runs long
 * is optimised all the same.
 */
import { setFlagsFromString } from 'node:v8'

/** Runs of a function before V8 works on it: its own number, and eight times as many. */
const runs = { usual: 2_400, patient: 20_000 } as const

const flag = (count: number) => `--invocation-count-for-turbofan=${count}`

/** What a V8 has to be started with for it; null for one of which it is not known that it counts so. */
export const patientFlag = (v8 = process.versions.v8): string | null =>
  v8.startsWith('11.4.') ? flag(runs.patient) : null

/** For this process and all its threads, from now on. Code that was kept is only taken before: by the flags under which it was made. */
export function bePatient(): void {
  const patient = patientFlag()
  if (patient !== null) setFlagsFromString(patient)
}

/** As V8 would by itself. */
export function beUsual(): void {
  if (patientFlag() !== null) setFlagsFromString(flag(runs.usual))
}
