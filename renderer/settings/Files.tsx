import { FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { plural } from '../../shared/counted'
import { grouped } from '../../shared/grouped'
import { type FileSource, isBeside, type KubeconfigFile } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { chooseKubeconfigs } from '../actions/go-to'
import { closeFile } from '../store/loading'
import { text } from '../text/page'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useFiles, useModel } from '../ui/model'
import styles from './SettingsPage.module.css'
import { TakenBack } from './TakenBack'

/** The files that are shown and how each came here; what is beside kubectl's list can be closed, and more can be opened. */
export function Files() {
  const model = useModel()
  const files = useFiles()
  const home = useApp((state) => state.app?.home ?? '')
  const [pattern, setPattern] = useState('')
  const wanted = pattern.trim()
  return (
    <>
      <ul>
        {placesOf(files).map(({ path, source, count }) => (
          <TakenBack
            key={path}
            kind={text.settings.sources[source]}
            note={count === null ? null : plural(count, 'file')}
            what={shortPath(path, home)}
            button={
              isBeside({ source })
                ? {
                    label: text.settings.close,
                    name: text.nav.closeFile(visible(path)),
                    press: () => void closeFile(model.loading, path),
                  }
                : null
            }
          />
        ))}
      </ul>
      <form
        className={styles.mark}
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted !== '') void chooseKubeconfigs(model, { pattern: wanted })
        }}
      >
        <Button icon={FolderOpen} onClick={() => void chooseKubeconfigs(model, 'file')}>
          {text.first.open}
        </Button>
        <input
          className="input fill mono"
          aria-label={text.settings.pattern}
          placeholder="~/clusters/**/*.yaml"
          maxLength={4_096}
          spellCheck={false}
          autoComplete="off"
          value={pattern}
          onChange={(event) => setPattern(event.target.value)}
        />
        <Button type="submit" disabled={wanted === ''}>
          {text.settings.showPattern}
        </Button>
      </form>
    </>
  )
}

interface Place {
  readonly path: string
  readonly source: FileSource
  /** How many files a folder or pattern has; null: it is a file. */
  readonly count: number | null
}

/** Files that were named themselves, then the folders and patterns that others were found by. */
const placesOf = (files: readonly KubeconfigFile[]): readonly Place[] => [
  ...files.flatMap(({ path, source, foundBy }) =>
    foundBy === undefined ? [{ path, source, count: null }] : [],
  ),
  ...[...grouped(files, ({ foundBy }) => foundBy ?? null)].map(
    ([path, found]): Place => ({ path, source: 'folder', count: found.length }),
  ),
]
