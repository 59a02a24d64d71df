/**
 * The actions of the window as the application's own menus show them: main draws the menus and sends the id of what was chosen;
 * the page does it. Labels and keys are those of the page's actions (renderer/actions/menus.test.ts holds them together).
 */

export interface ActionItem {
  readonly id: string
  readonly label: string
  /** `Mod` is Cmd on a Mac, Ctrl elsewhere. Only shown: the page has the keys. */
  readonly keys?: string
}

/** One of several, in a menu of its own: its action is called `Group by: Account`. */
export interface ActionGroup {
  readonly group: string
  readonly items: readonly ActionItem[]
}

/** `-` is a line between. */
export type MenuPart = ActionItem | ActionGroup | '-'

const oneOf = (group: string, prefix: string, labels: Readonly<Record<string, string>>): ActionGroup => ({
  group,
  items: Object.entries(labels).map(([id, label]) => ({ id: `${prefix}-${id}`, label })),
})

const environments = { 'login-shell': 'Login shell', app: 'App', clean: 'Clean' } as const

export const menus = {
  file: [
    { id: 'add', label: 'Add contexts from EKS…', keys: 'Mod+Shift+A' },
    { id: 'open-file', label: 'Open a kubeconfig file…', keys: 'Mod+O' },
    { id: 'import', label: 'Import a kubeconfig…' },
    { id: 'add-profile', label: 'Add a profile…', keys: 'Mod+Shift+P' },
    { id: 'export', label: 'Export…' },
    '-',
    { id: 'review', label: 'Review pending changes', keys: 'Mod+S' },
    { id: 'conflicts', label: 'Resolve conflicts with other programs…' },
    { id: 'discard', label: 'Discard all pending changes' },
    '-',
    { id: 'edit', label: 'Open its file in your editor' },
    { id: 'settings', label: 'Settings', keys: 'Mod+,' },
  ],
  /** Before and after cut, copy and paste, which are the system's. */
  undo: [
    { id: 'undo', label: 'Undo the last pending change or switch', keys: 'Mod+Z' },
    { id: 'redo', label: 'Redo', keys: 'Mod+Shift+Z' },
  ],
  edit: [
    { id: 'copy-rows', label: 'Copy for a spreadsheet' },
    { id: 'copy-name', label: 'Copy the context’s name' },
    { id: 'copy-arn', label: 'Copy the identity’s ARN' },
    { id: 'copy-whoami', label: 'Copy kubectl auth whoami' },
    '-',
    { id: 'edit-cell', label: 'Edit the cell', keys: 'F2' },
    { id: 'edit-selected', label: 'Edit the column for all selected', keys: 'F2' },
    { id: 'fill-down', label: 'Fill down', keys: 'Mod+D' },
    { id: 'replace', label: 'Find and replace…', keys: 'Mod+H' },
    { id: 'names', label: 'Names from a template…' },
    '-',
    { id: 'select-all', label: 'Select all shown' },
    { id: 'select-none', label: 'Select nothing' },
  ],
  view: [
    { id: 'inspect', label: 'Show or hide the inspector', keys: 'Mod+I' },
    '-',
    { id: 'filter', label: 'Filter', keys: 'Mod+F' },
    { id: 'clear-filter', label: 'Clear the filter' },
    { id: 'only-trouble', label: 'Show only what needs a look' },
    { id: 'same-identity', label: 'Show who else acts as this identity' },
    { id: 'same-account', label: 'Show this account only' },
    '-',
    oneOf('Group by', 'group', {
      account: 'Account',
      verdict: 'Verdict',
      cluster: 'Cluster',
      identity: 'Identity',
      file: 'File',
      none: 'None',
    }),
    { id: 'name-account', label: 'Name this account' },
    { id: 'reset-columns', label: 'Reset columns' },
    '-',
    oneOf('Check in', 'environment', environments),
    oneOf('Compare with', 'compare', environments),
    { id: 'compare-none', label: 'Stop comparing environments' },
    { id: 'variables', label: 'Show the environment’s variables' },
    { id: 'reload-environment', label: 'Reload from the login shell' },
    '-',
    oneOf('Theme', 'theme', { system: 'System', light: 'Light', dark: 'Dark' }),
    oneOf('Rows', 'density', { comfortable: 'Comfortable', compact: 'Compact' }),
  ],
  go: [
    { id: 'palette', label: 'All actions', keys: 'Mod+K' },
    '-',
    { id: 'contexts', label: 'Go to the contexts' },
    { id: 'identities', label: 'Go to the identities' },
    { id: 'clusters', label: 'Go to the clusters' },
    { id: 'discover', label: 'Discover clusters' },
    { id: 'history', label: 'Go to the history' },
  ],
  context: [
    { id: 'verify', label: 'Verify', keys: 'Mod+Enter' },
    { id: 'verify-target', label: 'Verify this context' },
    { id: 'prove', label: 'Prove the identities that are shown' },
    { id: 'ask-clusters', label: 'Ask AWS about the clusters that are shown' },
    { id: 'look', label: 'Find clusters' },
    { id: 'looking', label: 'Choose who searches for clusters, and where…' },
    { id: 'cancel', label: 'Cancel the running checks' },
    '-',
    { id: 'use', label: 'Use with kubectl' },
    { id: 'use-other', label: 'Use another context with kubectl…' },
    { id: 'use-previous', label: 'Use the previous context with kubectl' },
    '-',
    { id: 'clone', label: 'Clone…' },
    { id: 'rename', label: 'Rename with user and cluster…' },
    { id: 'split-user', label: 'Give it a user of its own' },
    { id: 'merge', label: 'Merge duplicate entries…' },
    { id: 'move', label: 'Move to another file…' },
    { id: 'refresh-aws', label: 'Refresh endpoint and CA from AWS' },
    '-',
    { id: 'clone-profile', label: 'Clone the profile…', keys: 'Mod+Shift+D' },
    { id: 'delete-profile', label: 'Delete the profile…', keys: 'Mod+Delete' },
    '-',
    { id: 'expect', label: 'Expect whom AWS proved from now on' },
    { id: 'expect-nobody', label: 'Stop expecting an identity' },
    '-',
    { id: 'discard-row', label: 'Discard the changes of this context' },
    { id: 'delete', label: 'Delete…', keys: 'Mod+Delete' },
  ],
  help: [
    { id: 'shortcuts', label: 'Keyboard shortcuts', keys: 'Mod+/' },
    { id: 'demo', label: 'Open the demo fleet' },
  ],
} as const satisfies Readonly<Record<string, readonly MenuPart[]>>
