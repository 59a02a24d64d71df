/**
 * The actions of the window: the name of each, its keys, why it is not possible where it is not, and where it is in the
 * menus. Main draws those of the application and sends the id of what was chosen; the page does it (renderer/actions).
 */

export interface ActionItem {
  readonly id: string
  readonly label: string
  /** `Mod` is Cmd on a Mac, Ctrl elsewhere. The page has the keys; the menu only shows them. */
  readonly keys?: string
  /** What it waits for where it is not possible, as a sentence. */
  readonly needs?: string
  /** The title of the view that it shows, in the sidebar. */
  readonly view?: string
  /** What it copies, as the notice names it: `the name`. */
  readonly copies?: string
  /** Left out of the menu of a row, and of the bar of a selection, where it is not possible. */
  readonly onlyIfPossible?: boolean
}

/** Actions with their labels in a menu of their own, of which one is chosen: it is called `Group by: Account`. */
export interface ActionGroup {
  readonly group: string
  readonly needs: string
  readonly items: Readonly<Record<string, string>>
}

/** `-` is a line between. */
export type MenuPart = ActionItem | ActionGroup | '-'

export const menus = {
  file: [
    { id: 'add', label: 'Add contexts from EKS…', keys: 'Mod+Shift+A' },
    { id: 'open-file', label: 'Open a kubeconfig file…', keys: 'Mod+O' },
    { id: 'open-folder', label: 'Open a folder of kubeconfigs…' },
    { id: 'import', label: 'Import a kubeconfig…' },
    { id: 'add-profile', label: 'Add a profile…', keys: 'Mod+Shift+P' },
    { id: 'export', label: 'Export…', needs: 'Choose a context that is in a file already.' },
    { id: 'report', label: 'Report…', needs: 'There is no context yet.' },
    { id: 'compare', label: 'Compare…', needs: 'There is no context yet.' },
    '-',
    { id: 'review', label: 'Review pending changes', keys: 'Mod+S', needs: 'Nothing is pending.' },
    {
      id: 'before-and-after',
      label: 'Who acts before and after the pending changes…',
      needs: 'Nothing is pending.',
    },
    { id: 'conflicts', label: 'Resolve conflicts with other programs…', needs: 'There are no conflicts.' },
    { id: 'discard', label: 'Discard all pending changes', needs: 'Nothing is pending.' },
    '-',
    { id: 'edit', label: 'Open its file in your editor', needs: 'Choose one context first.' },
    { id: 'settings', label: 'Settings', keys: 'Mod+,', view: 'Settings' },
  ],
  /** Before and after cut, copy and paste, which are the system's. */
  undo: [
    {
      id: 'undo',
      label: 'Undo the last pending change or switch',
      keys: 'Mod+Z',
      needs: 'Nothing is pending. What was written is undone in History.',
    },
    { id: 'redo', label: 'Redo', keys: 'Mod+Shift+Z', needs: 'There is nothing to redo.' },
  ],
  edit: [
    { id: 'copy-rows', label: 'Copy for a spreadsheet', needs: 'Choose a context first.' },
    {
      id: 'copy-name',
      label: 'Copy the context’s name',
      copies: 'the name',
      needs: 'Choose one context first.',
    },
    {
      id: 'copy-arn',
      label: 'Copy the identity’s ARN',
      copies: 'the ARN',
      needs: 'Choose one context whose identity is known first.',
    },
    {
      id: 'copy-whoami',
      label: 'Copy kubectl auth whoami',
      copies: 'the command',
      needs: 'Choose one context that is written first.',
    },
    '-',
    {
      id: 'edit-cell',
      label: 'Edit the cell',
      keys: 'F2',
      onlyIfPossible: true,
      needs: 'Go to a cell that can be edited first.',
    },
    {
      id: 'edit-selected',
      label: 'Edit the column for all selected',
      keys: 'F2',
      onlyIfPossible: true,
      needs: 'Select several contexts, and go to a cell that can be edited.',
    },
    { id: 'fill-down', label: 'Fill down', keys: 'Mod+D', needs: 'Go to a cell that can be edited first.' },
    { id: 'replace', label: 'Find and replace…', keys: 'Mod+H', needs: 'There is no context yet.' },
    { id: 'replace-everywhere', label: 'Replace a role or profile everywhere…' },
    { id: 'names', label: 'Names from a template…', needs: 'Choose a context first.' },
    '-',
    { id: 'select-all', label: 'Select all shown', needs: 'There is no context yet.' },
    { id: 'select-none', label: 'Select nothing', needs: 'Nothing is selected.' },
  ],
  view: [
    { id: 'inspect', label: 'Show or hide the inspector', keys: 'Mod+I', needs: 'There is no context yet.' },
    '-',
    { id: 'filter', label: 'Filter', keys: 'Mod+F', needs: 'There is no context yet.' },
    { id: 'clear-filter', label: 'Clear the filter', needs: 'There is no filter.' },
    { id: 'only-trouble', label: 'Show only what needs a look', needs: 'There is no context yet.' },
    {
      id: 'same-identity',
      label: 'Show who else acts as this identity',
      needs: 'Choose one context whose identity is known first.',
    },
    {
      id: 'same-account',
      label: 'Show this account only',
      needs: 'Choose one context whose account is known first.',
    },
    '-',
    {
      group: 'Group by',
      needs: 'Already grouped so, or there is no context yet.',
      items: {
        'group-account': 'Account',
        'group-verdict': 'Verdict',
        'group-cluster': 'Cluster',
        'group-identity': 'Identity',
        'group-file': 'File',
        'group-none': 'None',
      },
    },
    {
      id: 'name-account',
      label: 'Name this account',
      needs: 'Go to the header of an account first, with the rows grouped by account.',
    },
    { id: 'reset-columns', label: 'Reset columns', needs: 'There is no context yet.' },
    '-',
    {
      group: 'Check in',
      needs: 'Already the chosen environment.',
      items: {
        'environment-login-shell': 'Login shell',
        'environment-app': 'App',
        'environment-clean': 'Clean',
      },
    },
    {
      group: 'Compare with',
      needs: 'Already one of the two.',
      items: { 'compare-login-shell': 'Login shell', 'compare-app': 'App', 'compare-clean': 'Clean' },
    },
    { id: 'compare-none', label: 'Stop comparing environments', needs: 'No environments are compared.' },
    { id: 'variables', label: 'Show the environment’s variables' },
    { id: 'reload-environment', label: 'Reload from the login shell' },
    '-',
    {
      group: 'Theme',
      needs: 'Already chosen.',
      items: { 'theme-system': 'System', 'theme-light': 'Light', 'theme-dark': 'Dark' },
    },
    {
      group: 'Rows',
      needs: 'Already chosen.',
      items: { 'density-comfortable': 'Comfortable', 'density-compact': 'Compact' },
    },
  ],
  go: [
    { id: 'palette', label: 'All actions', keys: 'Mod+K' },
    '-',
    { id: 'contexts', view: 'Contexts', label: 'Go to the contexts', keys: 'Mod+1' },
    { id: 'identities', view: 'Identities', label: 'Go to the identities', keys: 'Mod+2' },
    { id: 'clusters', view: 'Clusters', label: 'Go to the clusters', keys: 'Mod+3' },
    { id: 'map', view: 'Map', label: 'Show the map of identities', keys: 'Mod+4' },
    { id: 'findings', view: 'Findings', label: 'Go to the findings', keys: 'Mod+5' },
    { id: 'discover', view: 'Discover', label: 'Discover clusters', keys: 'Mod+6' },
    { id: 'history', view: 'History', label: 'Go to the history', keys: 'Mod+7' },
    { id: 'doctor', view: 'Doctor', label: 'Look at what this machine has', keys: 'Mod+8' },
  ],
  context: [
    { id: 'verify', label: 'Verify', keys: 'Mod+Enter', needs: 'There is no context yet.' },
    { id: 'verify-target', label: 'Verify this context', needs: 'Choose a context first.' },
    { id: 'prove', label: 'Prove the identities that are shown', needs: 'Go to the identities first.' },
    {
      id: 'ask-clusters',
      label: 'Ask AWS about the clusters that are shown',
      needs: 'Go to the clusters first.',
    },
    { id: 'look', label: 'Find clusters', needs: 'A search for clusters is running already.' },
    { id: 'looking', label: 'Choose who searches for clusters, and where…' },
    { id: 'cancel', label: 'Cancel the running checks', needs: 'No check is running.' },
    '-',
    {
      id: 'use',
      label: 'Use with kubectl',
      onlyIfPossible: true,
      needs: 'Choose one context that is not the current one.',
    },
    { id: 'use-other', label: 'Use another context with kubectl…', needs: 'There is no context yet.' },
    {
      id: 'use-previous',
      label: 'Use the previous context with kubectl',
      needs: 'Ekscope has seen no other current context yet.',
    },
    '-',
    { id: 'clone', label: 'Clone…', needs: 'Choose one context first.' },
    { id: 'rename', label: 'Rename with user and cluster…', needs: 'Choose one context first.' },
    {
      id: 'split-user',
      label: 'Give it a user of its own',
      onlyIfPossible: true,
      needs: 'Choose a context that shares its user first.',
    },
    { id: 'merge', label: 'Merge duplicate entries…', needs: 'There is no context yet.' },
    {
      id: 'move',
      label: 'Move to another file…',
      onlyIfPossible: true,
      needs: 'Choose a context first. There has to be another file that it can go to.',
    },
    {
      id: 'refresh-aws',
      label: 'Refresh endpoint and CA from AWS',
      needs: 'Choose a context that is in a file already.',
    },
    {
      id: 'token-by-ekscope',
      label: 'Let Ekscope make its tokens',
      onlyIfPossible: true,
      needs: 'Choose a context that gets its tokens by aws first.',
    },
    {
      id: 'token-by-aws',
      label: 'Let aws make its tokens again',
      onlyIfPossible: true,
      needs: 'Choose a context that gets its tokens by Ekscope first.',
    },
    '-',
    {
      id: 'clone-profile',
      label: 'Clone the profile…',
      keys: 'Mod+Shift+D',
      needs: 'Go to the identities, and choose one that has a profile.',
    },
    {
      id: 'delete-profile',
      label: 'Delete the profile…',
      keys: 'Mod+Delete',
      needs: 'Go to the identities, and choose one that has a profile.',
    },
    '-',
    {
      id: 'expect',
      label: 'Expect whom AWS proved from now on',
      needs: 'Verify the contexts first: only an identity that AWS has proven can be expected.',
    },
    {
      id: 'expect-nobody',
      label: 'Stop expecting an identity',
      onlyIfPossible: true,
      needs: 'Choose contexts with an expected identity first.',
    },
    {
      id: 'production',
      label: 'Mark as production',
      onlyIfPossible: true,
      needs: 'Choose contexts that are not production first.',
    },
    {
      id: 'not-production',
      label: 'No longer production…',
      onlyIfPossible: true,
      needs: 'Choose contexts that are marked by their names first. Settings has the other marks.',
    },
    '-',
    {
      id: 'discard-row',
      label: 'Discard the changes of this context',
      onlyIfPossible: true,
      needs: 'Choose a context with a pending change first.',
    },
    { id: 'delete', label: 'Delete…', keys: 'Mod+Delete', needs: 'Choose a context first.' },
  ],
  help: [
    { id: 'shortcuts', label: 'Keyboard shortcuts', keys: 'Mod+/' },
    { id: 'demo', label: 'Open the demo fleet', needs: 'This window shows it already.' },
  ],
} as const satisfies Readonly<Record<string, readonly MenuPart[]>>

type Part = Exclude<(typeof menus)[keyof typeof menus][number], '-'>
type Item = Extract<Part, { readonly id: string }>
type InGroup<P> = P extends { readonly items: infer Items } ? keyof Items : never
/** The name of an action. */
export type ActionId = Item['id'] | InGroup<Part>
/** A view of the window: the action that goes there has its name. */
export type ViewName = Extract<Item, { readonly view: string }>['id']
/** An action that copies something. */
export type CopyId = Extract<Item, { readonly copies: string }>['id']

/** The menu of a row in sections, ten actions at most, and in it that of actions that are needed less often. */
export const rowMenu = {
  first: [
    ['verify-target', 'inspect', 'use'],
    ['edit-cell', 'edit-selected', 'split-user', 'clone', 'rename', 'discard-row'],
    ['copy-name'],
    // Apart, so that a slip of the pointer does not hit it.
    ['delete'],
  ],
  more: [
    ['fill-down', 'replace', 'names'],
    ['move', 'export', 'refresh-aws', 'token-by-ekscope', 'token-by-aws'],
    ['expect', 'expect-nobody', 'production', 'not-production'],
    ['copy-arn', 'copy-whoami', 'copy-rows'],
    ['same-identity', 'same-account'],
    ['edit'],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly ActionId[])[]>>

/** The bar of a selection, with short titles: the rest is in the menu of a row and in the palette. */
export const selectionBar = {
  'verify-target': 'Verify',
  'edit-selected': 'Edit this column…',
  replace: 'Replace…',
  names: 'Template…',
  'split-user': 'Split',
  move: 'Move…',
  export: 'Export…',
  delete: 'Delete…',
} as const satisfies { readonly [Id in ActionId]?: string }

/** What menus, palette and page show of an action. */
export interface ActionText extends Required<Omit<ActionItem, 'id' | 'label' | 'keys'>> {
  readonly title: string
  readonly shortcut: string | null
}

const texts = new Map<string, ActionText>()
const none = { shortcut: null, needs: '', view: '', copies: '', onlyIfPossible: false }
for (const part of Object.values<readonly MenuPart[]>(menus).flat()) {
  if (part === '-') continue
  if ('items' in part) {
    for (const [id, label] of Object.entries(part.items))
      texts.set(id, { ...none, title: `${part.group}: ${label}`, needs: part.needs })
  } else {
    const { id, label, keys = null, view = '', ...more } = part
    const needs = view === '' ? '' : `${view} ${view.endsWith('s') ? 'are' : 'is'} shown already.`
    texts.set(id, { ...none, needs, view, ...more, title: label, shortcut: keys })
  }
}

/** The texts of an action. */
export const actionText = (id: ActionId): ActionText => textOf(id)

/** The same for an id that was looked up; throws for one that is in no menu. */
export function textOf(id: string): ActionText {
  const text = texts.get(id)
  if (text === undefined) throw new Error(`no menu has ${id}`)
  return text
}
