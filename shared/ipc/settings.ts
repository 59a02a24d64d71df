/** What the user chooses, one line a setting: which values it takes, and its default. Stored in settings.json. */
import * as v from 'valibot'
import { parseTemplate, plainTemplate } from '../edits/name-template'
import { markOfFile, type ProductionMark } from '../identity/production'

/** The parts of the settings, in their order. */
export const settingGroups = [
  'checks',
  'names',
  'production',
  'notifications',
  'appearance',
  'updates',
] as const

/** How a setting is shown in window and terminal: a sentence or two of why one would choose it. */
interface About {
  readonly group: (typeof settingGroups)[number]
  readonly label: string
  readonly why: string
  /** Of what a number counts. */
  readonly unit?: string
}

/** A value that this version does not understand falls back alone; the others stay. */
const setting = <S extends v.GenericSchema, const I extends v.InferOutput<S>>(
  strict: S,
  initial: I,
  about: About & { readonly otherwise?: v.InferOutput<S> },
  /** Why it does not take what was typed, as a sentence. */
  refusal: (typed: string) => string = () => 'It takes one of the values that are shown.',
) =>
  Object.assign(
    v.fallback(
      v.optional(strict, () => initial),
      about.otherwise ?? initial,
    ),
    {
      strict,
      initial,
      refusal,
      group: about.group,
      label: about.label,
      why: about.why,
      unit: about.unit ?? '',
    },
  )

/** A whole number; a form has it as text. */
const whole = (least: number, most: number, initial: number, about: About) =>
  setting(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\s*\d+\s*$/), v.transform(Number))]),
      v.integer(),
      v.minValue(least),
      v.maxValue(most),
    ),
    initial,
    about,
    () => `A whole number from ${least} to ${most}.`,
  )

const templateProblem = (text: string): string | null => {
  const parsed = parseTemplate(text)
  return 'problem' in parsed ? parsed.problem : null
}

/** The settings that a person sees, one line each. */
export const settingsTable = {
  environment: setting(v.enum({ 'Login shell': 'login-shell', App: 'app', Clean: 'clean' }), 'login-shell', {
    group: 'checks',
    label: 'Check contexts in',
    why: 'A new terminal gives kubectl the login shell’s environment. The window starts with it.',
  }),
  /** A check older than this is shown as stale. */
  staleHours: whole(1, 720, 12, {
    group: 'checks',
    label: 'A check is stale after',
    why: 'It is then still shown, with its age, but not as true now.',
    unit: 'hours',
  }),
  commandSeconds: whole(5, 600, 60, {
    group: 'checks',
    label: 'Wait for a command',
    why: 'One that takes longer is ended: a wrapper may ask, or hang.',
    unit: 'seconds',
  }),
  /** 0: as many as there are processors, and two more. */
  commandsAtOnce: whole(0, 64, 0, {
    group: 'checks',
    label: 'Commands at once',
    why: 'Each run of aws takes a processor and 100 MB. 0: two more than there are processors.',
    unit: '',
  }),
  /** Empty: the usual one. */
  template: setting(
    v.pipe(
      v.string(),
      v.maxLength(256),
      v.check((text) => text === '' || templateProblem(text) === null),
    ),
    '',
    {
      group: 'names',
      label: 'Names of new contexts',
      why: `For adding and renaming. Empty: ${plainTemplate}, and the role where two would be alike.`,
    },
    (typed) => templateProblem(typed) ?? 'A template has 256 characters at most.',
  ),
  /** What a command on production does where nobody can type its name. */
  unattended: setting(v.enum({ 'Go on and say so': 'go-on', 'End with 3': 'refuse' }), 'go-on', {
    group: 'production',
    label: 'In scripts',
    why: 'Where nobody can type its name, a command goes on, or ends and changes nothing.',
    // What this version does not understand loosens nothing.
    otherwise: 'refuse',
  }),
  /** Whether the kubectl of `ekscope shell` has the name typed before it changes what is production. */
  kubectlInShells: setting(v.enum({ 'Passes on': 'pass', 'Asks for its name': 'ask' }), 'pass', {
    group: 'production',
    label: 'In shells with it, kubectl',
    why: 'In ekscope shell, before verbs that change something. Other programs are not seen.',
    otherwise: 'ask',
  }),
  /** Said by the system, also while no window is in front. */
  notify: setting(v.enum({ Off: 'off', On: 'on' }), 'off', {
    group: 'notifications',
    label: 'Notify',
    why: 'When kubectl comes to act as another, or a sign-in ends soon.',
  }),
  theme: setting(v.enum({ System: 'system', Light: 'light', Dark: 'dark' }), 'system', {
    group: 'appearance',
    label: 'Theme',
    why: 'System follows the desktop.',
  }),
  density: setting(v.enum({ Comfortable: 'comfortable', Compact: 'compact' }), 'comfortable', {
    group: 'appearance',
    label: 'Rows',
    why: 'Compact shows more at once.',
  }),
  /** Of the app itself: looked for and installed, or not. */
  updates: setting(v.enum({ Off: 'off', On: 'on' }), 'off', {
    group: 'updates',
    label: 'Update Ekscope by itself',
    why: 'Off, it asks no server for a new version.',
  }),
} as const
/** The name of a setting that a person sees. */
export type ShownSetting = keyof typeof settingsTable
export const isShownSetting = (name: string): name is ShownSetting => Object.hasOwn(settingsTable, name)
export const shownSettings: readonly ShownSetting[] = Object.keys(settingsTable).filter(isShownSetting)

/** The values that a setting can have, by what they are called; null: a number or a text. */
export function valuesOf(name: ShownSetting): Readonly<Record<string, string>> | null {
  const { strict } = settingsTable[name]
  return 'enum' in strict ? strict.enum : null
}

/** The page's own JSON (columns, sorting, grouping), opaque to main. */
const view = v.pipe(v.string(), v.maxLength(65_536))

/** Its default, as a form has it. */
export const usualOf = (name: ShownSetting): string => String(settingsTable[name].initial)

/** Why it does not take that value, as a sentence; null where it does. */
export function refusalOf(name: ShownSetting, typed: string): string | null {
  const { strict, refusal } = settingsTable[name]
  return v.is(strict, typed) ? null : refusal(typed)
}

const chosen = { view: v.fallback(view, ''), ...settingsTable } as const

const accountNames = v.record(v.pipe(v.string(), v.regex(/^\d{12}$/)), v.pipe(v.string(), v.maxLength(64)))

/** One that this version does not understand stays, and counts for every context. */
const production = v.pipe(
  v.array(v.unknown()),
  v.transform((all): readonly ProductionMark[] => all.map(markOfFile)),
)

/** The settings, as the file may hold them. */
export const settingsSchema = v.object({
  ...chosen,
  /** Names that the user gave to AWS accounts, by their number. */
  accountNames: v.fallback(accountNames, {}),
  /** Which contexts, clusters and accounts the user marked as production. */
  production: v.optional(production, []),
})
export type Settings = Readonly<v.InferOutput<typeof settingsSchema>>
export const defaultSettings: Settings = v.parse(settingsSchema, {})

/** The name of a setting that is chosen by its value. */
export const settingName = v.keyof(v.object(chosen))
export type SettingName = v.InferOutput<typeof settingName>

/** The settings with another value of one; null where it does not take that value. */
export function withSetting(now: Settings, name: SettingName, value: string): Settings | null {
  const strict = name === 'view' ? view : chosen[name].strict
  const parsed = v.safeParse(strict, value)
  return parsed.success ? { ...now, [name]: parsed.output } : null
}
