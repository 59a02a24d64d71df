/** Texts of signing in. */

export const signIn = {
  title: (name: string) => `Sign in to ${name}`,
  lead: 'By AWS IAM Identity Center, for Ekscope and for aws and kubectl too. What waits for it is verified afterwards.',
  asking: 'Asking AWS…',
  page: 'Page of',
  pageNote: 'Open it in the browser of this machine and allow the request there.',
  code: 'Code',
  codeNote: 'Open it in any browser, and compare this code with the one there.',
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
  done: {
    asked: (name: string) => `Signed in to ${name}`,
    renewed: (name: string) => `The sign-in to ${name} was renewed without asking`,
    standing: (name: string) => `Somebody is signed in to ${name} already`,
  },
} as const
