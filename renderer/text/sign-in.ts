/** Texts of signing in. */

export const signIn = {
  title: (name: string) => `Sign in to ${name}`,
  lead: 'Ekscope, aws and kubectl are signed in at once. Contexts that wait for this sign-in are verified afterwards.',
  asking: 'Asking AWS…',
  byDevice: (serial: string) =>
    `Type the code of ${serial} into the window that Ekscope asks in. This page does not see it.`,
  proven: (profile: string, arn: string) =>
    `AWS says that ${profile} is ${arn}. Nothing of it was kept, so kubectl asks for a code itself`,
  kept: (profile: string) => `The code of ${profile} was accepted, and kept for aws and kubectl too`,
  stood: (profile: string) => `aws had credentials of ${profile} in its cache already`,
  page: 'Page of',
  pageNote: 'Open the page in the browser of this machine, and allow the request there.',
  code: 'Code',
  codeNote: 'Open the page in any browser, and compare this code with the one there.',
  typed: 'To type the code yourself',
  copyCode: 'Copy the code',
  copiedCode: 'the code',
  open: 'Open in the browser',
  copyAddress: 'Copy the address',
  copiedAddress: 'the address',
  byCode: 'Use a code instead',
  byCodeNote: 'for a browser on another device',
  left: (minutes: number, seconds: number) => `${minutes}:${String(seconds).padStart(2, '0')} left`,
  ending: 'Less than a minute is left.',
  slowed: (seconds: number) => `AWS wants to be asked less often: every ${seconds} seconds.`,
  again: 'Try again',
  end: 'Sign out',
  endMeaning: 'As aws sso logout does: AWS is told, and aws and kubectl are signed out, too',
  ended: (name: string) => `Signed out of ${name}, for aws and kubectl too`,
  nothingToEnd: (name: string) => `There was no sign-in to ${name} to end`,
  done: {
    asked: (name: string) => `Signed in to ${name}`,
    renewed: (name: string) => `The sign-in to ${name} was renewed without asking`,
    standing: (name: string) => `Already signed in to ${name}`,
  },
} as const
