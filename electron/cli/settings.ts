/** `ekscope settings`: what can be chosen, by the table that the window shows, and choosing it. */
import {
  isShownSetting,
  refusalOf,
  type ShownSetting,
  settingsTable,
  shownSettings,
  usualOf,
  valuesOf,
} from '../../shared/ipc/settings'
import { quoted, visible } from '../../shared/visible'
import { UsageError, usedLikeThis } from './arguments'
import { type Command, orThrow, print } from './command'
import { nearest } from './nearest'
import { table } from './output'

export const settings: Command = {
  usage: 'settings [NAME [VALUE]], settings NAME --reset',
  summary:
    'lists what can be chosen, each with its default, or chooses it: the same settings as in the window',
  examples: [
    'ekscope settings',
    'ekscope settings staleHours 24',
    "ekscope settings template '{account}-{cluster}'",
    'ekscope settings staleHours --reset',
  ],
  help: { '--reset': 'back to its default' },
  async run(call) {
    const { args, reading } = call
    const [name = null, value = null, ...others] = args.positionals
    const reset = args.flag('reset')
    if (others.length > 0 || (reset && (name === null || value !== null))) throw usedLikeThis(this)
    if (name !== null && !isShownSetting(name))
      throw new UsageError(`there is no setting ${quoted(name)}`, nearest(name, shownSettings))
    const { settings: file } = await reading()
    const wanted = reset && name !== null ? usualOf(name) : value
    if (name !== null && wanted !== null) {
      const refusal = refusalOf(name, wanted)
      if (refusal !== null)
        throw new UsageError(`${quoted(name)} does not take ${quoted(wanted)}. ${refusal}`)
      orThrow(await file.save({ key: name, value: wanted }))
    }
    const now = await file.load()
    const listed = (name === null ? shownSettings : [name]).map((one: ShownSetting) => ({
      name: one,
      value: String(now[one]),
      default: usualOf(one),
      values: Object.values(valuesOf(one) ?? {}),
      what: `${settingsTable[one].label} ${settingsTable[one].unit}`.trim(),
      why: settingsTable[one].why,
    }))
    await print(
      call,
      { settings: listed },
      (shown) =>
        wanted === null
          ? table(
              ['NAME', 'VALUE', 'DEFAULT', 'VALUES', 'WHAT'],
              listed.map((one) => [
                one.name,
                one.value || '(empty)',
                one.default || '(empty)',
                one.values.join('|'),
                one.what,
              ]),
              shown,
            ) + (name === null ? '' : `${settingsTable[name].why}\n`)
          : listed.map((one) => `${one.name}: ${visible(one.value) || '(empty)'}\n`).join(''),
      wanted === null ? 'out' : 'report',
    )
    return 0
  },
}
