import { grouped } from '../../shared/grouped'
import { useActions } from '../actions/use-actions'
import { editText } from '../text/edits'
import { Keys } from '../ui/Keys'
import { Window } from '../ui/Window'
import styles from './Forms.module.css'

const { keys, groups, title } = editText.shortcuts

/** The scheme of the grid: like a spreadsheet. Shortcuts of actions come from the actions themselves. */
const inGrid: readonly (readonly [readonly string[], string])[] = [
  [['←', '→', '↑', '↓'], keys.move],
  [['Mod+↓', 'Home', 'End'], keys.jump],
  [['F2', 'Enter'], keys.edit],
  [['A…Z'], keys.type],
  [['Delete'], keys.clear],
  [['Space'], keys.select],
  [['Shift+↓', 'Shift+→'], keys.range],
  [['Mod+A'], keys.all],
  [['Mod+C'], keys.copy],
  [['Mod+V'], keys.paste],
  [['Shift+F10'], keys.menu],
  [['Escape'], keys.leave],
]
const inCell: readonly (readonly [readonly string[], string])[] = [
  [['Enter'], keys.keep],
  [['Tab'], keys.next],
  [['Shift+Tab'], keys.previous],
  [['Mod+Enter'], keys.tryOut],
  [['Mod+Enter'], keys.fillRange],
  [['Escape'], keys.escape],
]
const inReview: readonly (readonly [readonly string[], string])[] = [
  [['Mod+Enter'], keys.apply],
  [['Mod+Shift+Enter'], keys.applyVerify],
]

/** Identities, Clusters, Findings and History. */
const inLists: readonly (readonly [readonly string[], string])[] = [
  [['↑', '↓'], keys.line],
  [['→', '←'], keys.open],
  [['Home', 'End'], keys.ends],
  [['Enter'], keys.about],
  [['F2'], keys.profile],
  [['Escape'], keys.close],
]
const inMap: readonly (readonly [readonly string[], string])[] = [
  [['↑', '↓'], keys.line],
  [['→', '←'], keys.along],
  [['Enter'], keys.alone],
  [['Escape'], keys.whole],
]
const inDiscover: readonly (readonly [readonly string[], string])[] = [
  [['←', '→', '↑', '↓'], keys.cell],
  [['Mod+Home', 'Mod+End'], keys.corners],
  [['Space', 'Enter'], keys.tick],
  [['Escape'], keys.close],
]

/** All shortcuts, grouped by where they work. */
export function ShortcutsDialog() {
  const shown = useActions().filter(({ shortcut }) => shortcut !== null && shortcut !== 'F2')
  // Which of several it is depends on the view.
  const everywhere = [...grouped(shown, ({ shortcut }) => shortcut ?? '')].map(
    ([shortcut, of]) =>
      [
        [shortcut, ...of.flatMap(({ alias }) => alias ?? [])],
        of.map(({ title }) => title).join(' · '),
      ] as const,
  )
  return (
    <Window title={title} wide>
      <section className={`dialog-body ${styles.columns}`} tabIndex={0} aria-label={title}>
        {(
          [
            [groups.grid, inGrid, true],
            [groups.cell, inCell, false],
            [groups.review, inReview, false],
            [groups.lists, inLists, true],
            [groups.map, inMap, true],
            [groups.discover, inDiscover, true],
            [groups.everywhere, [...everywhere, [['F6', 'Shift+F6'], keys.regions] as const], true],
          ] as const
        ).map(([name, list, several]) => (
          <div key={name} className={styles.column}>
            <h3 className={styles.heading}>{name}</h3>
            <dl className={styles.keys} data-several={several || undefined}>
              {list.map(([shortcuts, what]) => (
                <div key={what} style={{ display: 'contents' }}>
                  <dt>
                    {shortcuts.map((shortcut) => (
                      <Keys key={shortcut} shortcut={shortcut} />
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </section>
    </Window>
  )
}
