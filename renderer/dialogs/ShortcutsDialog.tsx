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

/** All shortcuts, grouped by where they work. */
export function ShortcutsDialog() {
  const everywhere = useActions().flatMap((action) =>
    action.shortcut === null || action.shortcut === 'F2' ? [] : [[[action.shortcut], action.title] as const],
  )
  return (
    <Window title={title} wide>
      <section className={`dialog-body ${styles.columns}`} tabIndex={0} aria-label={title}>
        {(
          [
            [groups.grid, inGrid, true],
            [groups.cell, inCell, false],
            [groups.review, inReview, false],
            [groups.everywhere, everywhere, false],
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
