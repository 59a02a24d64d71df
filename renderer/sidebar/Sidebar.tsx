import {
  CircleAlert,
  FilePlus,
  FileText,
  FileX,
  FlaskConical,
  Folder,
  FolderPlus,
  type LucideIcon,
  ScanEye,
  Star,
  TriangleAlert,
  X,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { counted } from '../../shared/counted'
import { grouped } from '../../shared/grouped'
import {
  type ContextEntry,
  isBeside,
  type KubeconfigFile,
  refusedByKubectl,
} from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { chooseKubeconfigs } from '../actions/go-to'
import type { View } from '../actions/view'
import { onDisk, usedOf } from '../rows/on-disk'
import { actsOf, nobodyText } from '../rows/proof'
import { closeFile } from '../store/loading'
import { spacedAccount } from '../text/counts'
import { text, verdictText } from '../text/page'
import { shortPath } from '../text/path'
import { profilesText } from '../text/profile-texts'
import { CrownBadge, ProductionBadge } from '../ui/Badges'
import { useApp, useEdits, useFiles, useModel, useRow } from '../ui/model'
import { Cut, CutPath, Named } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { VerdictIcon } from '../ui/VerdictMark'
import styles from './Sidebar.module.css'

/** Where to go, which files are shown, and what kubectl uses now. */
export function Sidebar({ views }: { readonly views: readonly View[] }) {
  const model = useModel()
  const read = useApp((state) => state.snapshot !== null)
  const files = useFiles()
  return (
    <nav className={styles.nav} aria-label={text.nav.views}>
      <Brand />
      <ul className={styles.views}>
        {views.map((view) => (
          <ViewLine key={view.name} view={view} />
        ))}
      </ul>
      {read && (
        <section className={styles.files} aria-labelledby="files-heading">
          <h2 id="files-heading" className={styles.heading}>
            <span className="fill">{text.nav.files}</span>
            <Adding
              icon={FilePlus}
              title={text.nav.openFile}
              onClick={() => void chooseKubeconfigs(model, 'file')}
            />
            <Adding
              icon={FolderPlus}
              title={text.nav.openFolder}
              onClick={() => void chooseKubeconfigs(model, 'folder')}
            />
          </h2>
          <ul>
            {files.flatMap((file) =>
              file.source === 'folder' ? [] : <FileLine key={file.path} file={file} />,
            )}
            {[...grouped(files, ({ foundBy }) => foundBy ?? null)].map(([folder, within]) => (
              <FolderLine key={folder} folder={folder} files={within} />
            ))}
          </ul>
        </section>
      )}
      <CurrentContext />
    </nav>
  )
}

interface AddingProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly onClick: () => void
}

function Adding({ icon: Icon, title, onClick }: AddingProps) {
  return (
    <button type="button" className={styles.add} aria-label={title} title={title} onClick={onClick}>
      <Icon size={14} aria-hidden />
    </button>
  )
}

/** One view, with how many rows it has and what is pending there. */
function ViewLine({ view }: { readonly view: View }) {
  const model = useModel()
  const current = useApp((state) => state.page === view.name)
  const count = view.useCount?.() ?? 0
  const tone = view.useTone?.() ?? null
  const ofProfiles = view.usePending?.() ?? 0
  const edits = useEdits((state) => state.pending.length)
  const title =
    view.list === 'grid' && edits > 0
      ? `${view.title}: ${text.status.onDisk(count)}`
      : ofProfiles > 0
        ? `${view.title}: ${profilesText.pending(ofProfiles)}`
        : view.title
  return (
    <li>
      <button
        type="button"
        className={styles.view}
        aria-current={current ? 'page' : undefined}
        title={title}
        onClick={() => model.showPage(view.name)}
      >
        <view.icon size={16} aria-hidden />
        <span className={styles.wide}>{view.title}</span>
        {ofProfiles > 0 && (
          <>
            <span className={styles.pending} data-tone="warn" aria-hidden>
              {counted(ofProfiles)}
            </span>
            <span className="visually-hidden">{profilesText.pending(ofProfiles)},</span>
          </>
        )}
        {count > 0 && (
          <span className={tone === null ? styles.count : styles.pending} data-tone={tone ?? undefined}>
            {counted(count)}
          </span>
        )}
      </button>
    </li>
  )
}

/** The app's name, and warnings that must always be visible: the demo fleet, or another Electron than the app's own. */
function Brand() {
  const app = useApp((state) => state.app)
  return (
    <div className={styles.brand}>
      <ScanEye size={20} aria-hidden />
      <b className={styles.wide}>{text.app}</b>
      {app?.demo && (
        <Pill icon={FlaskConical} name={text.banner.demoName}>
          {[text.banner.demo, text.banner.demoAws[app.demo.aws]].filter(Boolean).join(' ')}
        </Pill>
      )}
      {app?.standInElectron && (
        <Pill icon={TriangleAlert} name={text.banner.standInName} warn>
          {text.banner.standIn(app.standInElectron)}
        </Pill>
      )}
    </div>
  )
}

interface PillProps {
  readonly icon: LucideIcon
  readonly name: string
  readonly warn?: boolean
  readonly children: string
}

function Pill({ icon: Icon, name, warn = false, children }: PillProps) {
  return (
    <span role="note" className={styles.pill} data-warn={warn || undefined} title={children}>
      <Icon size={12} aria-hidden />
      <span aria-hidden>{name}</span>
      <span className="visually-hidden">{children}</span>
    </span>
  )
}

const none: readonly ContextEntry[] = []
const noFiles: readonly KubeconfigFile[] = []

/** What kubectl uses when no context is named, with its identity and verdict: always there, and where it is changed. */
function CurrentContext() {
  const model = useModel()
  const name = useApp((state) => state.snapshot?.currentContext ?? null)
  // Rows come later than the snapshot, and change with checks.
  useApp((state) => state.fleet)
  const id = model.rows.all().find((row) => usedOf(row).now)?.id ?? null
  const shown = useRow(id)
  const row = shown === undefined ? undefined : (onDisk(shown) ?? undefined)
  const contexts = useApp((state) => state.snapshot?.contexts ?? none)
  useApp(({ listVersion }) => listVersion)
  const distinct = name === null ? undefined : model.distinct.in('context', name)
  const home = useApp((state) => state.app?.home ?? '')
  const refused = useApp((state) => refusedByKubectl(state.snapshot?.files ?? noFiles))
  const awaitsShell = useApp((state) => state.app?.awaitsShell === true)
  // Which file kubectl takes it from is what the login shell says.
  if (awaitsShell || (name === null && contexts.length === 0)) return null
  if (refused !== null) {
    const path = visible(shortPath(refused.path, home))
    return (
      <button
        type="button"
        className={styles.now}
        data-bad
        aria-label={`${text.nav.kubectlRefuses} ${path}`}
        title={text.nav.untilFixed(path)}
        onClick={() => void model.ask('kubeconfig.edit', { path: refused.path })}
      >
        <span className={styles.nowTitle}>
          <CircleAlert size={12} aria-hidden />
          <span className={styles.wide}>{text.nav.kubectlRefuses}</span>
        </span>
        <CutPath as="b" className={styles.nowName} text={shortPath(refused.path, home)} />
      </button>
    )
  }
  const acts = row === undefined ? null : actsOf(row)
  const shownName = name === null ? text.nav.noCurrent : visible(name)
  const master = acts?.master ? text.grid.master(acts.master) : null
  const said = [
    `${text.nav.kubectlUses} ${shownName}`,
    ...(acts === null ? [] : [visible(acts.who.label)]),
    ...(row === undefined ? [] : [verdictText[row.shown]]),
    ...(master === null ? [] : [master]),
    ...(row?.production ? [text.production] : []),
  ]
  return (
    <button
      type="button"
      className={styles.now}
      aria-label={said.join(', ')}
      title={`${said.join(', ')}\n${text.nav.switchFrom(shownName)}`}
      aria-haspopup="dialog"
      onClick={() => model.openPalette(true, 'use')}
    >
      <span className={styles.nowTitle}>
        <Star size={12} fill="currentColor" aria-hidden />
        <span className={styles.wide}>{text.nav.kubectlUses}</span>
        {row?.production && <ProductionBadge />}
      </span>
      <b className={styles.nowName}>
        {name === null ? (
          text.nav.noCurrent
        ) : (
          <Named name={name} distinct={distinct && { ...distinct, where: [] }} />
        )}
      </b>
      {distinct !== undefined && distinct.where.length > 0 && (
        <span className={styles.nowWhere}>
          <span className={styles.nowParts}>
            {distinct.where.map((part) => (
              <span key={part}>{spacedAccount(part)}</span>
            ))}
          </span>
        </span>
      )}
      {row !== undefined && (
        <span className={styles.nowWho}>
          {acts !== null && <Tile who={acts.who} />}
          <span className={styles.path}>
            {acts === null ? nobodyText(row) : <Cut text={acts.who.label} />}
          </span>
          {master !== null && <CrownBadge said={master} />}
          <VerdictIcon shown={row.shown} size={14} />
        </span>
      )}
    </button>
  )
}

const errorsOf = ({ problems }: KubeconfigFile) =>
  problems.filter(({ severity }) => severity === 'error').length

interface FolderProps {
  readonly folder: string
  readonly files: readonly KubeconfigFile[]
}

/** An opened folder or pattern. The contexts of each of its files are shown as those of an opened file. */
function FolderLine({ folder, files }: FolderProps) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const errors = files.reduce((sum, file) => sum + errorsOf(file), 0)
  const title = text.nav.contextsOf(visible(shortPath(folder, home)))
  const show = () => {
    const ids = model.rows.all().flatMap(({ entry }) => (folderHas(entry) ? [entry.id] : []))
    model.showPage('contexts')
    model.showOnly({ title, ids: new Set(ids) })
  }
  const paths = new Set(files.map(({ path }) => path))
  const folderHas = ({ origin }: ContextEntry) => paths.has(origin.file)
  return (
    <li className={styles.file} data-bad={errors > 0 || undefined}>
      <button type="button" className={styles.fileName} title={title} onClick={show}>
        <Folder size={14} aria-hidden />
        <CutPath as="span" className={styles.path} text={shortPath(folder, home)} />
        <FileCount errors={errors}>{files.reduce((sum, { contexts }) => sum + contexts, 0)}</FileCount>
      </button>
      <Closing path={folder} />
    </li>
  )
}

function FileCount({ errors, children }: { readonly errors: number; readonly children: ReactNode }) {
  if (errors === 0) return <span className={styles.count}>{children}</span>
  return (
    <>
      <span className="badge" data-tone="bad" aria-hidden>
        !
      </span>
      <span className="visually-hidden">{text.problems(errors)}</span>
    </>
  )
}

function Closing({ path }: { readonly path: string }) {
  const model = useModel()
  const title = text.nav.closeFile(visible(path))
  return (
    <button
      type="button"
      className={styles.close}
      aria-label={title}
      title={title}
      onClick={() => void closeFile(model.loading, path)}
    >
      <X size={12} aria-hidden />
    </button>
  )
}

function FileLine({ file }: { readonly file: KubeconfigFile }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const errors = errorsOf(file)
  const missing = file.realPath === null
  const Icon = missing ? FileX : errors > 0 ? CircleAlert : FileText
  return (
    <li
      className={styles.file}
      data-bad={(errors > 0 && !missing) || undefined}
      data-missing={missing || undefined}
    >
      <button
        type="button"
        className={styles.fileName}
        title={`${visible(file.path)}\n${text.nav.editFile(visible(shortPath(file.path, home)))}`}
        disabled={missing}
        onClick={() => void model.ask('kubeconfig.edit', { path: file.path })}
      >
        <Icon size={14} aria-hidden />
        <CutPath as="span" className={styles.path} text={shortPath(file.path, home)} />
        <FileCount errors={missing ? 0 : errors}>{missing ? text.nav.missing : file.contexts}</FileCount>
      </button>
      {isBeside(file) && <Closing path={file.path} />}
    </li>
  )
}
