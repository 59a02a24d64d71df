/** `ekscope profile`: the profiles of the AWS config file, edited as kubeconfigs are. The credentials file is never written. */

import type { ProfileEdit, ProfileSetting } from '../../shared/edits/profile-edit'
import { quoted } from '../../shared/visible'
import { type Arguments, UsageError, usedLikeThis } from './arguments'
import type { Command } from './command'
import { tryHelp } from './trying'
import { carryOut, exactPositionals, openForWriting, writingHelp } from './writing'

const usage =
  'profile set NAME KEY VALUE|--none, profile add NAME [KEY=VALUE…], profile clone NAME NEW [KEY=VALUE…], profile rename NAME NEW, profile delete NAME…, profile add-session NAME [KEY=VALUE…]'

/** The edits of each verb with the words after it. */
const verbs: Readonly<Record<string, (args: Arguments, words: readonly string[]) => readonly ProfileEdit[]>> =
  {
    set(args) {
      const none = args.flag('none')
      const [, name = '', key = '', value = ''] = exactPositionals(profile, args, none ? 3 : 4)
      return [{ kind: 'set-profile-key', profile: name, key, value: none ? null : value }]
    },
    add: (_, [name, ...settings]) => [
      { kind: 'add-profile', profile: given(name), settings: settings.map(settingOf) },
    ],
    clone(_, [old, name, ...settings]) {
      const profile = given(name)
      return [
        { kind: 'clone-profile', profile: given(old), name: profile },
        ...settings.map(settingOf).map((one) => ({ kind: 'set-profile-key', profile, ...one }) as const),
      ]
    },
    rename(args) {
      const [, old = '', name = ''] = exactPositionals(profile, args, 3)
      return [{ kind: 'rename-profile', profile: old, name }]
    },
    delete: (_, [first, ...more]) =>
      [given(first), ...more].map((profile) => ({ kind: 'delete-profile', profile })),
    'add-session': (_, [name, ...settings]) => [
      { kind: 'add-sso-session', session: given(name), settings: settings.map(settingOf) },
    ],
  }

const wrong = () => usedLikeThis(profile)

function given(word: string | undefined): string {
  if (word === undefined || word === '') throw wrong()
  return word
}

function settingOf(word: string): ProfileSetting {
  const equals = word.indexOf('=')
  if (equals <= 0) throw new UsageError(`a setting is written as KEY=VALUE, not ${quoted(word)}`)
  return { key: word.slice(0, equals), value: word.slice(equals + 1) }
}

export const profile: Command = {
  usage,
  unlisted: { none: { type: 'boolean' } },
  summary: 'profiles of the AWS config file: set, add, clone, rename, delete',
  examples: [
    'ekscope profile set pay-ro region eu-north-1',
    'ekscope profile clone pay-ro pay-view role_arn=arn:aws:iam::111122223333:role/ReadOnly',
    'ekscope profile rename pay payments --dry-run',
  ],
  help: {
    'set NAME KEY VALUE':
      'one key, such as region, role_arn, source_profile, sso_session or output; --none removes it',
    'add NAME KEY=VALUE…': 'a new profile',
    'clone NAME NEW': 'a copy of a profile, with other values where KEY=VALUE says so',
    'rename NAME NEW': 'profiles that name this one as their source, and contexts, follow',
    'delete NAME…': 'refused while profiles or contexts name the profile, unless --apply-to-shared',
    'add-session NAME KEY=VALUE…': 'an sso-session, with sso_start_url and sso_region',
    ...tryHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args } = call
    const [verb = '', ...words] = args.positionals
    const make = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
    if (make === undefined || (args.flag('none') && verb !== 'set')) throw wrong()
    const { environment } = args.globals
    const edits = make(args, words).map(
      (edit) => ({ kind: 'edit-profile', environment, edit, was: null }) as const,
    )
    // It needs no kubeconfig; an unreadable one refuses only edits of that file.
    return carryOut(call, await openForWriting(call, { mends: () => true }), { edits })
  },
}
