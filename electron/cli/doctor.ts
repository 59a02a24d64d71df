/** `ekscope doctor`: what this machine has, and what to do about it. */

import { version } from '../../package.json'
import { type DoctorCheck, doctorAnswer } from '../../shared/ipc/doctor'
import { visible } from '../../shared/visible'
import { doctorChecks } from '../state/doctor'
import { installationOf } from '../system/installation'
import { ourProgram } from '../system/our-program'
import { type Command, interrupted, print } from './command'
import { coloured } from './output'

export const doctor: Command = {
  usage: 'doctor [--online]',
  summary: 'what this machine has: programs, shell, files and their rights, environments, proxy',
  help: { '--online': 'also ask STS for its time, without credentials, and compare the clock' },
  examples: ['ekscope doctor', 'ekscope doctor --online', 'ekscope doctor --json'],
  async run(call) {
    const { args, signal } = call
    const { kubeconfig, trees } = await call.reading()
    const { folder, variables, platform } = await call.machine()
    await kubeconfig.load()
    const clockIn = args.flag('online') ? args.globals.environment : null
    const program = ourProgram.script ?? ourProgram.executable
    const [found, { how, update }] = await Promise.all([
      doctorChecks(trees, folder.path, clockIn, signal),
      installationOf({ program, variables, platform }),
    ])
    const own: DoctorCheck = {
      id: 'ekscope',
      state: 'ok',
      text: `Ekscope ${version}: ${how} ${update}`,
      next: null,
    }
    const checks = [...found, own]
    await print(call, { checks }, ({ colours }) => {
      const lines = checks.map((check) => lineOf(check, colours)).join('')
      return `${lines}\n${doctorAnswer(checks)}.${clockIn === null ? withoutClock : ''}\n`
    })
    return signal.aborted ? interrupted(call, 'not everything was looked at.', 'Run it again.') : 0
  },
}

const withoutClock = ' `ekscope doctor --online` also compares the clock with that of AWS.'

const tones = { ok: 'good', note: 'doubtful', problem: 'bad' } as const

const lineOf = ({ state, text, next }: DoctorCheck, colours: boolean): string =>
  `${coloured(state.padEnd(9), tones[state], colours)}${visible(text)}\n${next === null ? '' : `${' '.repeat(9)}${visible(next)}\n`}`
