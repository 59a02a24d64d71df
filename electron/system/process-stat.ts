import { readFileSync } from 'node:fs'

/** What /proc/PID/stat says of a process (Linux; proc_pid_stat(5)). */
export type ProcessStat = NonNullable<ReturnType<typeof parseStat>>

const ofKernel = 0x00200000

/** Reads the text of /proc/PID/stat; null for any other text. */
export function parseStat(text: string) {
  // The program's name is in parentheses and may itself hold spaces and parentheses.
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const flags = Number(fields[5])
  const numbers = {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[0]),
    group: Number(fields[1]),
    /** The process that leads its session: of a terminal's programs, mostly the shell that was started in it. */
    session: Number(fields[2]),
    /** The process group that has the terminal, which gives it Ctrl+C; -1 without a terminal. */
    foreground: Number(fields[4]),
    /** Clock ticks since the machine's start: together with the pid this names one process for good. */
    started: Number(fields[18]),
  }
  if (![flags, ...Object.values(numbers)].every(Number.isSafeInteger)) return null
  const kernelThread = (flags & ofKernel) !== 0
  /** The process can still do something: it is no zombie and no thread of the kernel. */
  const living = !['Z', 'X', 'x'].includes(state) && !kernelThread
  return { ...numbers, living, kernelThread }
}

/** The same of a process that runs now; null where it is gone, and where the system has no such file. */
export function readStat(pid: number | 'self'): ProcessStat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return null
  }
}
