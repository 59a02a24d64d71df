import { readFileSync } from 'node:fs'

/** What /proc/PID/stat says of a process (Linux; proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** The process that leads its session: of a terminal's programs, mostly the shell that was started in it. */
  readonly session: number
  /** The process group that has the terminal, which gives it Ctrl+C; -1 without a terminal. */
  readonly foreground: number
  /** Clock ticks since the machine's start: together with the pid this names one process for good. */
  readonly started: number
  /** The process can still do something: it is no zombie and no thread of the kernel. */
  readonly living: boolean
  readonly kernelThread: boolean
}

const ofKernel = 0x00200000

/** Reads the text of /proc/PID/stat; null when it is none. */
export function parseStat(text: string): ProcessStat | null {
  const pid = Number.parseInt(text, 10)
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent = '', group = '', session = '', , foreground = ''] = fields
  const flags = Number(fields[6])
  const started = Number(fields[19])
  const [above, own, leader, front] = [Number(parent), Number(group), Number(session), Number(foreground)]
  if (![pid, above, own, leader, front, flags, started].every(Number.isSafeInteger)) return null
  const kernelThread = (flags & ofKernel) !== 0
  const living = !['Z', 'X', 'x'].includes(state) && !kernelThread
  return { pid, parent: above, group: own, session: leader, foreground: front, started, living, kernelThread }
}

/** The same of a process that runs now; null where it is gone, and where the system has no such file. */
export function readStat(pid: number | 'self'): ProcessStat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return null
  }
}
