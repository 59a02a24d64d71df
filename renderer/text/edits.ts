/** Texts of all editing. */

import { counted, plural } from '../../shared/counted'
import type { TemplateFilter } from '../../shared/edits/name-template'
import { named, quoted } from '../../shared/visible'
import { few, fewOf, shortened, shortName } from './counts'

export const editText = {
  contexts: (count: number) => plural(count, 'context'),
  changes: (count: number) => plural(count, 'change'),
  files: (count: number) => plural(count, 'file'),
  none: '(none)',
  oneName: (names: readonly string[], name: string) =>
    `${counted(names.length)} of these contexts would get the name ${quoted(shortened(name))}: ${few(names)}.`,
  was: 'was',
  now: 'now',
  added: 'new',
  notTried: 'not tried',
  notTriedMeaning:
    'What a change of it would give was not tried yet: a click opens the review, which tries it',
  try: 'try',
  notWritten: 'Not written yet; the review shows its lines.',
  removed: 'delete',
  add: 'Add',
  cancel: 'Cancel',
  close: 'Close',
  pending: {
    count: (count: number) => `${counted(count)} pending`,
    review: 'Review…',
    label: (count: number) => `Review ${plural(count, 'pending change')}`,
    conflicts: (count: number) => plural(count, 'conflict'),
    profile: 'not written yet',
  },
  cell: {
    label: (column: string, name: string) => `${column} of ${name}`,
    labelMany: (column: string, count: number) => `${column} of ${plural(count, 'context')}`,
    many: (count: number) => `for all ${counted(count)} selected`,
    offers: 'Suggestions',
    pin: 'Pinned by',
    pins: {
      arg: '--profile',
      env: 'AWS_PROFILE',
      wrapper: 'by what gives the credentials',
      none: 'not at all',
    },
    shared: (kind: string, entry: string, others: readonly string[]) =>
      `The ${kind} ${named(entry)} is also used by ${few(others)}.`,
    sharedMany: (count: number) =>
      `Some of these use an entry together with ${plural(count, 'other context')}.`,
    split: { user: 'Only this context (own user)', cluster: 'Only this context (own cluster entry)' },
    splitMany: { user: 'Only the selected (own users)', cluster: 'Only the selected (own cluster entries)' },
    all: (count: number) => `All ${counted(count)} contexts`,
    renames: (kind: string, entry: string, others: readonly string[]) =>
      `There is no such ${kind} yet: this renames ${named(entry)}${others.length === 0 ? '' : `, and ${few(others)} ${others.length === 1 ? 'goes' : 'go'} along`}.`,
    hidden: 'With hidden characters:',
    gone: (name: string, column: string, typed: string) =>
      `${few([name])} cannot be found any more. For its ${column} you typed ${quoted(typed)}.`,
    notShown: (name: string, column: string, typed: string) =>
      `${few([name])} is not shown any more, and its ${column} stays as it is. You typed ${quoted(typed)}.`,
    refused: (names: readonly string[], column: string, typed: string) =>
      `${few(names)} ${names.length === 1 ? 'keeps its' : 'keep their'} ${column}.${typed === '' ? '' : ` You typed ${quoted(typed)}.`}`,
    copyTyped: 'Copy it',
    typedText: 'what you typed',
    instead: (profile: string) => `Use the profile ${named(profile)} instead`,
    insteadWhy: 'Its source: the role is then assumed once.',
    /** `choices`: Tab goes to the choices below first. */
    hint: (choices: boolean) => `Enter saves · ${choices ? 'Tab to the choices' : 'Tab next'} · Esc cancels`,
    inRange: 'Ctrl+Enter whole range',
    empty: 'empty: none',
    only: 'The same in every one of these columns: choose one context.',
  },
  locked: {
    removed: 'This context is to be deleted. Undo that first.',
    noCommand: 'This context signs in without a command, so there is nothing to set here.',
    otherCommand: 'The context runs a command whose arguments Ekscope does not know. Edit them in the file.',
    unsureCommand: (why: string) =>
      `The command that runs inside another cannot be edited: ${why}. Edit the file.`,
    noUser: 'The user that this context names is not there. Choose one in the column User first.',
    noCluster:
      'The cluster entry that this context names is not there. Choose one in the column Cluster entry first.',
    file: 'kubectl could not read this file, so nothing is written to it. Fix the file first.',
    opened:
      'KUBECONFIG does not name this file, so kubectl does not read it and its contexts are not edited here. Import the file, or add it to KUBECONFIG.',
    needed: (column: string) => `${column} cannot be empty.`,
    apiVersion: 'kubectl takes v1 and v1beta1.',
    notEditable: 'This column shows what Ekscope found out; no file holds the value.',
  },
  roles: {
    recent: 'Chosen recently',
    own: (account: string) => `${account} · this cluster’s account`,
    other: 'Not in an account',
    foreign: (partition: string, cluster: string) =>
      `A role of ${partition} cannot act in a cluster of ${cluster}.`,
  },
  tries: {
    label: 'Who it would be',
    would: 'Would act as',
    by: 'by files and environment',
    unknown: 'Files alone do not say whom this acts as.',
    none: 'Gives no identity as it stands.',
    act: 'Try',
    again: 'Try again',
    meaning: 'Runs the command and asks AWS and the cluster who this would be. Nothing is written.',
    running: 'Asking AWS and the cluster…',
    stop: 'Stop',
    tried: 'tried',
    triedMeaning: 'Found out before anything is written, and no verdict of the context.',
    acts: (who: string) => `AWS and the cluster say ${who}.`,
    seenAs: (who: string, username: string) =>
      `AWS says ${who}; the cluster lets this identity in as ${username}.`,
    proven: (who: string) => `AWS says ${who}.`,
    actsAs: (who: string, signedIn: string) => `Acts as ${who}, signed in as ${signedIn}.`,
    everything: (why: string) =>
      why === 'system:masters' ? 'May do everything there (system:masters).' : 'May do everything there.',
  },
  left: (count: number, why: string) => `${counted(count)} left out: ${why}`,
  paste: {
    done: (cells: number, rows: number) => `Pasted ${plural(cells, 'value')} into ${plural(rows, 'context')}`,
    some: (cells: number) => `Pasted ${plural(cells, 'value')}`,
    nothing: 'There was nothing to paste here: every value is there already.',
    noRow: (name: string) => `there is no context ${named(name)}`,
    outside: 'the table is larger than what is shown',
  },
  fill: {
    done: (count: number) => `Filled ${plural(count, 'cell')}`,
    some: (count: number) => `Filled ${plural(count, 'cell')}`,
    nothing: 'There was nothing to fill here: every value is there already.',
    none: 'Nothing to fill: select rows; the first one’s value goes to the others.',
  },
  put: {
    done: (cells: number, rows: number) =>
      `Put the value into ${plural(cells, 'cell')} of ${plural(rows, 'context')}`,
    some: (cells: number) => `Put the value into ${plural(cells, 'cell')}`,
    nothing: 'Every cell of the range has the value already.',
  },
  clear: {
    done: (count: number) => `Cleared ${plural(count, 'cell')}`,
    some: (count: number) => `Cleared ${plural(count, 'cell')}`,
    nothing: 'There was nothing to clear here: every cell is empty already.',
    context: (keys: string) => `A context cannot be without a name. ${keys} deletes the context.`,
  },
  external: {
    title: {
      program: (files: string) => `${files} changed outside Ekscope`,
      window: (files: string) => `${files} changed in another window`,
      terminal: (files: string) => `${files} changed by ekscope in a terminal`,
    },
    /** Changed entries are just named. */
    verbs: { added: 'added', removed: 'removed' },
    current: (name: string | null) =>
      name === null ? 'no current context' : `current context ${shortName(name)}`,
    kept: 'Your pending changes are kept.',
    conflict: (count: number) =>
      count === 1
        ? 'One of your pending changes is about the same value.'
        : `${count} of your pending changes are about the same values.`,
    overwritten: (names: string) => `Another program overwrote what Ekscope wrote: ${names}`,
    reapply: 'Reapply',
    history: 'History',
    torn: (file: string, since: string, why: string) => `${file} cannot be read since ${since}: ${why}`,
    unknown: 'What its entries are is not known until it can be read again.',
    mended: (file: string) => `${file} can be read again.`,
    legible: 'Last readable state…',
    noLegible: 'The history has no state of this file that can be read.',
  },
  conflicts: {
    title: (count: number) =>
      plural(count, 'value was changed on both sides', 'values were changed on both sides'),
    lead: 'Another program changed the files after you made these edits. Choose for each what is to be written; your other edits stay as they are.',
    mine: 'Mine',
    theirs: 'Theirs',
    was: 'Before:',
    takeMine: 'Keep mine',
    cannot: 'The entry is no longer there under this name, so the edit cannot be written.',
    discardMine: 'Discard mine',
    takeTheirs: 'Take theirs',
    gone: 'deleted',
    entry: 'whole entry',
    allMine: 'Keep all mine',
    allTheirs: 'Take all theirs',
  },
  notices: {
    written: (count: number, files: string) => `Wrote ${plural(count, 'change')} to ${files}`,
    nothing: 'Everything is as asked already; nothing was written.',
    stopped: 'You stopped waiting for the lock: nothing was written.',
    undo: 'Undo',
    redo: 'Redo',
    uses: (name: string | null) =>
      name === null ? 'kubectl now uses no context' : `kubectl now uses ${name}`,
    stillUses: (name: string | null) =>
      name === null ? 'kubectl goes on using no context.' : `kubectl goes on using ${name}.`,
    not: { undo: 'The write was not undone.', redo: 'The write was not redone.' },
    undone: {
      undo: 'Undone',
      redo: 'Redone',
      'redo-write': 'Redone',
      restore: 'Restored',
      reapply: 'Reapplied',
    },
    tunnels: 'Take the endpoint from AWS',
    refreshed: (changed: number, same: number) =>
      changed === 0
        ? `Endpoint and CA are as AWS says (${plural(same, 'context')})`
        : `${plural(changed, 'cluster differs', 'clusters differ')} from AWS: now pending`,
    exported: (path: string) => `Exported to ${path}`,
    fromBefore: (count: number) => ({
      message: `${plural(count, 'change')} that you did not write last time ${count === 1 ? 'is' : 'are'} pending again.`,
      next: null,
    }),
    discard: 'Discard',
    lost: (edits: readonly string[]) => ({
      message: `Not pending any more: ${edits.join('; ')}.`,
      next: edits.length === 1 ? 'Make that change again.' : 'Make these changes again.',
    }),
    copied: (count: number) => `Copied ${plural(count, 'context')} as a kubeconfig`,
  },
  expect: {
    running: 'being checked now',
    notProven: 'no check has proven the identity',
    stale: 'the last check is stale',
    seenDiffers: 'the cluster saw another identity than AWS proved',
    /** Each reason with the contexts that it is about. */
    left: (reasons: ReadonlyMap<string, readonly { readonly name: string }[]>) =>
      `Left out: ${[...reasons].map(([why, of]) => `${few(of.map(({ name }) => name))} (${why})`).join('; ')}`,
    forget: 'Stop expecting this identity',
    writeBack: 'Write this into the file again',
    takeOver: 'Expect what the file says',
    onlyFile: 'Only the file expects this identity: you have not confirmed that here.',
    notInFile: 'The entry no longer says so: another program wrote it anew. Ekscope remembers what you said.',
    otherInFile: (arn: string) => `The file expects ${arn} instead. What you said here comes first.`,
  },
  actions: {
    splitMany: (count: number) => `Give each of ${plural(count, 'context')} a user of its own`,
    deleteMany: (count: number) => `Delete ${plural(count, 'context')}…`,
    moveMany: (count: number) => `Move ${plural(count, 'context')} to another file…`,
    exportMany: (count: number) => `Export ${plural(count, 'context')}…`,
    namesMany: (count: number) => `Names from a template for ${plural(count, 'context')}…`,
    refreshMany: (count: number) => `Refresh endpoint and CA of ${plural(count, 'context')} from AWS`,
    ekscopeMany: (count: number) => `Let Ekscope make the tokens of ${plural(count, 'context')}`,
    awsMany: (count: number) => `Let aws make the tokens of ${plural(count, 'context')} again`,
  },
  shortcuts: {
    title: 'Keyboard',
    groups: {
      grid: 'In the grid',
      cell: 'In a cell',
      review: 'In Review',
      lists: 'In Identities, Clusters, Findings and History',
      map: 'In the map',
      discover: 'In Discover',
      everywhere: 'Everywhere',
    },
    keys: {
      move: 'Move from cell to cell',
      jump: 'To the edge of the grid',
      edit: 'Edit the cell; where nothing can be edited, open the inspector',
      type: 'Type over the cell',
      clear: 'Empty the cell, the whole range or the column of all selected rows',
      select: 'Select the row',
      range:
        'Take a range of cells; in a column that cannot be edited, or while rows are selected, select rows',
      fillRange: 'Put the value into the whole range',
      all: 'Select all shown',
      copy: 'Copy the range, the selected rows or the cell',
      paste: 'Paste a table, or one value into the whole range or all selected rows',
      menu: 'Menu of the row or column',
      leave: 'End the range or clear the selection, then close the inspector',
      keep: 'Keep the value and go down',
      next: 'Keep the value and go to the next column',
      previous: 'Keep the value and go to the column before',
      escape: 'Cancel: the cell stays as it was',
      tryOut: 'Try whom the context would act as: profile, role and user',
      apply: 'Apply',
      applyVerify: 'Apply and verify',
      line: 'To the next line or the one before',
      open: 'Open a line or close it',
      ends: 'To the first line or the last',
      about: 'Show what is known of the line',
      profile: 'Edit a value of the profile',
      close: 'Close the panel',
      along: 'Along a path from its key to its contexts, and back',
      alone: 'Show the path alone; at a context, go to its row',
      whole: 'Show all paths',
      cell: 'Move from cell to cell',
      corners: 'To the first cell or the last',
      tick: 'Tick the cell; where no context can be made, show what is known of it',
      regions: 'To the next part of the window or the one before: views, toolbar, page, panel',
    },
  },
} as const

/** The subject of a dialog: one context by its name, several by their number. */
const oneOrMany = (names: readonly string[]): string =>
  (names.length === 1 ? names[0] : undefined) ?? plural(names.length, 'context')

/** Texts of the dialogs that make edits. */
export const forms = {
  name: 'Name',
  rename: {
    title: (name: string) => `Rename ${name}`,
    done: 'Rename',
    cascade: 'Its user and cluster entries too',
    cascadeMany: 'Their user and cluster entries too',
    cascadeNote: (kept: readonly string[]) =>
      kept.length === 0
        ? 'No other context uses them.'
        : `Kept as they are, because others use them: ${fewOf(kept)}.`,
    plain: 'Only the context; current-context follows when it points here.',
  },
  clone: {
    title: (name: string) => `Clone ${name}`,
    lead: 'The clone gets a user entry of its own, so that two roles on one cluster stay two identities.',
    profile: 'Profile',
    profileNote: 'Empty: without a profile.',
    role: 'Role',
    roleNote: 'The ARN of the role that the clone acts as. Empty: without a role on top.',
    user: 'User entry',
    userNote: 'Empty: named like the context.',
    noCommand: 'Its user signs in without a command, so the clone signs in the same way.',
    otherCommand: (command: string) =>
      `Its user runs ${command}, whose arguments Ekscope does not know, so the clone runs the same.`,
    done: 'Clone',
    shown: (name: string) => `The filter is cleared to show ${name}.`,
  },
  gone: {
    title: (names: readonly string[]) =>
      names.length === 1
        ? `${names[0]} is gone`
        : `${plural(names.length, 'context is', 'contexts are')} gone`,
    lead: (files: readonly string[]) =>
      `Another program changed ${few(files)} while this dialog was open. Ekscope changed nothing.`,
  },
  delete: {
    title: (names: readonly string[]) => `Delete ${oneOrMany(names)}`,
    lead: 'Nothing is deleted on disk before you apply it.',
    orphans: (count: number) =>
      count === 1
        ? 'Also this entry, which no context would use any more'
        : `Also these ${counted(count)} entries, which no context would use any more`,
    noOrphans: 'Other contexts use the same users and clusters, so those stay.',
    stays: (count: number) =>
      `${count === 1 ? 'Stays' : 'Stay'}, because other contexts use ${count === 1 ? 'it' : 'them'}`,
    done: 'Delete',
  },
  move: {
    title: (names: readonly string[]) => `Move ${oneOrMany(names)}`,
    lead: 'Users and clusters move along unless other contexts need them; relative paths are rewritten.',
    file: 'To',
    newFile: 'New file…',
    isNew: 'made when you apply',
    listed: (path: string) => `KUBECONFIG names ${path}, so kubectl reads the file.`,
    beside: (path: string) =>
      `KUBECONFIG does not name ${path}: kubectl does not read the file, and Ekscope shows its contexts without editing them. This line in your shell’s startup file adds the file:`,
    copied: 'the line for KUBECONFIG',
    copyLine: 'Copy the line for KUBECONFIG',
    done: 'Move',
  },
  names: {
    title: (names: readonly string[]) =>
      names.length === 1 ? `Name for ${names[0]}` : `Names for ${oneOrMany(names)}`,
    lead: 'Every name is made from what is known of its context. A name that is taken gets a number.',
    template: 'Template',
    filters: {
      lower: 'lower case',
      upper: 'upper case',
      slug: 'letters, digits and dashes',
      last: 'what follows the last / or :',
      first3: 'the first 3 characters',
      short: 'a region as euw1',
    } satisfies Record<TemplateFilter, string>,
    templateFields: 'Fields:',
    templateFilters: { are: 'Filters, as in', example: '{cluster|lower}' },
    collided: 'numbered',
    same: 'stays',
    preview: 'Preview',
    done: (count: number) => `Rename ${counted(count)}`,
  },
  replace: {
    title: 'Find and replace',
    lead: (count: number) => `In ${plural(count, 'context')}`,
    find: 'Find',
    by: 'Replace with',
    regexp: 'Regular expression',
    matchCase: 'Match case',
    preview: 'Preview',
    columns: 'In the columns',
    found: (count: number) => plural(count, 'value'),
    none: 'Nothing is found.',
    left: 'Left out:',
    done: (count: number) => `Replace ${counted(count)}`,
  },
  everywhere: {
    title: 'Replace a role or profile everywhere',
    lead: 'In all contexts, and in the AWS profiles that name it. Review shows the lines of all files and tries who acts then.',
    old: 'Role or profile now',
    now: 'From now on',
    profiles: 'Profiles',
    notRole: (arn: string) => `${named(arn)} is not a role’s ARN.`,
    none: 'No context and no AWS profile names it.',
    found: (contexts: number, profiles: number) =>
      `Named by ${[
        ...(contexts > 0 ? [plural(contexts, 'context')] : []),
        ...(profiles > 0 ? [plural(profiles, 'AWS profile')] : []),
      ].join(' and ')}`,
    ofContext: 'context',
    ofProfile: 'profile',
    done: (count: number) => (count === 0 ? 'Replace' : `Replace in ${plural(count, 'place')}`),
  },
  merge: {
    title: 'Merge duplicate entries',
    lead: 'Entries that are the same under several names. Contexts that use one of them use the kept one afterwards.',
    none: 'There are none. Users that are the same stay apart while each has a context of its own: one user for several contexts is what Ekscope warns of.',
    looking: 'Comparing all users and clusters…',
    shared: 'All of them then share one user: to give one of them another role, split it off again.',
    takes: (names: readonly string[]) => `takes the place of ${few(names)}`,
    done: 'Merge',
  },
  import: {
    title: 'Import a kubeconfig',
    lead: 'Its contexts become pending edits: see and change them in the grid, then write them with the others.',
    clipboard: 'From the clipboard',
    dialog: 'Choose a file…',
    drop: 'or drop files onto the window',
    dropHere: 'Drop to import',
    dropNote: 'You see what is in it before anything becomes pending.',
    from: (path: string) => `From ${path}`,
    fromClipboard: 'From the clipboard',
    conflict: 'When a name is taken by something else',
    conflicts: {
      rename: 'Give the new one a number',
      skip: 'Leave the new one out, and contexts that need it',
      replace: 'Replace the context that is here; its user and cluster too where no other context uses them',
    },
    /** For one context whose name is taken. */
    wish: (name: string) => `What becomes of ${name}`,
    wishes: {
      number: 'Number the name',
      rename: 'Rename to…',
      replace: 'Replace the one here',
      leave: 'Skip',
    },
    newName: (name: string) => `New name of ${name}`,
    nameTaken: (name: string) => (name === '' ? 'A context needs a name.' : `${name} is taken.`),
    replaces: (file: string) => `replaces the one in ${file}`,
    giveOther: (context: string, name: string) =>
      name === ''
        ? `Give ${context} a name, or skip that context.`
        : `${name} is taken: give ${context} another name.`,
    bring: (name: string) => `Bring ${name}`,
    filter: 'Filter contexts by name, server or command',
    ticked: (ticked: number, all: number) => `${counted(ticked)} of ${counted(all)} ticked`,
    tickAll: (count: number) => `Tick all ${counted(count)}`,
    tickNone: 'Tick none',
    noneFits: 'No context fits this filter.',
    becomes: (name: string) => `becomes ${name}`,
    skipped: 'left out',
    here: 'is here already, word for word',
    nothing: 'There is nothing to import: all of it is here already or left out.',
    contexts: (count: number) => plural(count, 'context'),
    clusters: (count: number) => `Tokens would go to ${plural(count, 'cluster')}`,
    users: (count: number) => `${plural(count, 'user')} to sign in with`,
    connection: {
      proxy: 'through a proxy',
      insecure: 'certificate not checked',
      noServer: 'no server (http://localhost:8080)',
      actsAs: (as: string | null) => (as === null ? 'acts as others' : `acts as ${as}`),
      ownCluster: (name: string, server: string) => `your own cluster ${named(name)} (${server})`,
      ownUser: (name: string, way: string) => `your own user ${named(name)} (${way})`,
    },
    signsIn: {
      command: (command: string) => `runs ${command}`,
      tokenFile: (file: string) => `token from ${file}`,
      token: 'token',
      certificate: 'certificate',
      password: 'password',
      provider: 'auth provider',
    },
    empty: 'There is no context in it.',
    problems: 'Worth a look in what is imported',
    done: (count: number) => (count === 0 ? 'Import' : `Import ${counted(count)}`),
    came: (names: readonly string[], files: string) =>
      `${plural(names.length, 'context')} for ${files}, not written yet: ${few(names)}.`,
    shown: 'The filter is cleared to show what came.',
  },
  export: {
    title: (names: readonly string[]) => `Export ${oneOrMany(names)}`,
    lead: (count: number) =>
      `A kubeconfig of its own with everything that ${count === 1 ? 'this context needs' : 'these contexts need'}: files that the entries name are put in.`,
    secrets: 'With secrets (tokens, passwords, client keys)',
    secretsNote: 'Anyone who has the file can act as these contexts.',
    noSecrets: 'Without them, contexts that need one will ask for it or not work.',
    asOnDisk: 'As they are on disk, without pending changes.',
    /** Contexts that no file has yet. */
    left: (names: readonly string[]) =>
      `Left out, because no file has them yet: ${few(names)}. Write them first.`,
    copy: 'Copy',
    done: 'Save…',
  },
} as const
