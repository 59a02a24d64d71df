import { FilePlus2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { isBeside, isNothing, type KubeconfigFile } from '../../shared/kubeconfig/entries'
import { closeFile, nameFile } from '../store/loading'
import { fewOf, shortName } from '../text/counts'
import { editText, forms } from '../text/edits'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { CodeLine } from '../ui/CodeLine'
import { Choices } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useApp, useFiles, useModel, useOffer } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Forms.module.css'

const words = forms.move

/** Moves contexts to another open file, or to a new one. */
export function MoveDialog({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  // Files that were named in this dialog, as long as it is open.
  const [namedHere, setNamedHere] = useState<readonly string[]>([])
  const files = useFiles(namedHere)
  const rows = ids.flatMap((id) => model.rows.get(id) ?? [])
  const names = rows.map(({ name }) => shortName(name))
  const from = new Map<string, number>()
  for (const { entry } of rows) from.set(entry.origin.file, (from.get(entry.origin.file) ?? 0) + 1)
  const others = files.filter(({ path }) => from.size > 1 || !from.has(path))
  const [chosen, setChosen] = useState('')
  // Contexts that are in the target already do not move. Default: the first file that has none of them, else the one with the
  // fewest.
  const fewest = Math.min(...others.map(({ path }) => from.get(path) ?? 0))
  const target =
    others.find(({ path }) => path === chosen) ?? others.find(({ path }) => (from.get(path) ?? 0) === fewest)
  // Files that were named here and are not used after all are no longer shown.
  const named = useRef(new Set<string>())
  useEffect(() => {
    const { current } = named
    return () => {
      for (const path of current) void closeFile(model.loading, path)
    }
  }, [model])
  async function nameAnother(): Promise<void> {
    const known = new Set(model.state.getState().snapshot?.files.map(({ path }) => path))
    const path = await nameFile(model.loading)
    if (path === null) return
    if (!known.has(path)) named.current.add(path)
    setChosen(path)
    setNamedHere((before) => [...before.filter((one) => one !== path), path])
  }
  // The focus moves to the file that was just named, once it is in the list.
  const list = useRef<HTMLDivElement>(null)
  const isThere = namedHere.length > 0 && target?.path === namedHere.at(-1)
  useEffect(() => {
    const radios = list.current?.querySelectorAll('input') ?? []
    if (isThere) [...radios].find(({ checked }) => checked)?.focus()
  }, [isThere])
  return (
    <FormWindow
      title={words.title(names)}
      lead={words.lead}
      edits={
        target === undefined
          ? null
          : [{ kind: 'move-contexts', contexts: rows.map(({ id }) => id), file: target.path }]
      }
      done={words.done}
      onMade={() => named.current.delete(target?.path ?? '')}
    >
      {names.length > 1 && <Shown as="p" className={styles.quiet} text={fewOf(names)} />}
      {others.length > 0 && (
        <div ref={list}>
          <Choices
            label={words.file}
            value={target?.path ?? ''}
            onChange={setChosen}
            options={others.map(({ path, contexts, problems }) => ({
              value: path,
              label: <Shown text={shortPath(path, home)} />,
              hint: problems.some(isNothing) ? words.isNew : editText.contexts(contexts),
            }))}
          />
        </div>
      )}
      <div className={styles.buttons}>
        <Button icon={FilePlus2} onClick={() => void nameAnother()}>
          {words.newFile}
        </Button>
      </div>
      {target !== undefined && <WhoReads target={target} files={files} home={home} />}
    </FormWindow>
  )
}

interface WhoReadsProps {
  readonly target: KubeconfigFile
  readonly files: readonly KubeconfigFile[]
  readonly home: string
}

/** Whether kubectl reads that file, and why. */
function WhoReads({ target, files, home }: WhoReadsProps) {
  const offer = useOffer()
  const windows = useApp((state) => state.app?.platform === 'win32')
  const short = shortPath(target.path, home)
  const listed = files.filter((file) => !isBeside(file))
  if (!isBeside(target))
    return target.source === 'KUBECONFIG' ? (
      <Shown as="p" className={styles.quiet} text={words.listed(short)} />
    ) : null
  const list = [...listed, target].map(({ path }) => path).join(windows ? ';' : ':')
  return (
    <div className={styles.said} role="status">
      <Shown as="p" text={words.beside(short)} />
      <CodeLine offer={offer('export', `KUBECONFIG=${list}`)} what={words.copied} label={words.copyLine} />
    </div>
  )
}
