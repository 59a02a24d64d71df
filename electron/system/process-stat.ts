/** What /proc/PID/stat says of a process (Linux; proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** Clock ticks since the machine's start: together with the pid this names one process for good. */
  readonly started: number
  /** The process can still do something: it is no zombie and no thread of the kernel. */
  readonly living: boolean
}

const kernelThread = 0x00200000

/** Reads the text of /proc/PID/stat; null when it is none. */
export function parseStat(text: string): ProcessStat | null {
  const pid = Number.parseInt(text, 10)
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent = ''] = fields
  const flags = Number(fields[6])
  const started = Number(fields[19])
  if (![pid, Number(parent), flags, started].every(Number.isSafeInteger)) return null
  const living = !['Z', 'X', 'x'].includes(state) && (flags & kernelThread) === 0
  return { pid, parent: Number(parent), started, living }
}
