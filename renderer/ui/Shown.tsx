import { Fragment, type HTMLAttributes, type ReactNode } from 'react'
import { type DistinctName, leadOf, nameAlone, textOf, trailOf } from '../../shared/identity/distinct-names'
import { partsOf } from '../../shared/shell/offered-command'
import { pieces, visible } from '../../shared/visible'
import { spacedAccount } from '../text/counts'
import { shortPaths } from '../text/path'
import { useApp } from './model'
import styles from './Shown.module.css'

interface InElement extends HTMLAttributes<HTMLElement> {
  /** The element around it, of which it is the whole text; left out within another text. */
  readonly as?:
    | 'b'
    | 'p'
    | 'span'
    | 'small'
    | 'code'
    | 'li'
    | 'dd'
    | 'h2'
    | 'h3'
    | 'h4'
    | 'div'
    | 's'
    | 'mark'
}

/** In its element, where it has one. */
const within = ({ as: Element, ...attributes }: InElement, drawn: ReactNode): ReactNode =>
  Element === undefined ? drawn : <Element {...attributes}>{drawn}</Element>

interface TextProps extends InElement {
  readonly text: string
}

/** Text that came from a file or a server: hidden characters are shown as their code points. */
export const Shown = ({ text, ...element }: TextProps) => within(element, shownOf(text))

function shownOf(text: string): ReactNode {
  const parts = pieces(text)
  const [first] = parts
  if (first === undefined) return null
  if (parts.length === 1 && !first.escaped) return first.text
  return [...parts.entries()].map(([at, part]) =>
    part.escaped ? (
      <span key={at} className={styles.code}>
        {part.text}
      </span>
    ) : (
      <bdi key={at}>{part.text}</bdi>
    ),
  )
}

/** For shorter names two halves would say no more than the beginning. */
const leastToCut = 10
/** How many letters at the end of a long name are kept, enough to distinguish names; half as many double-width letters. */
const endKept = { usual: 8, wide: 4 }
/** Scripts with separate letters, from left to right: a cut between two letters changes neither. */
const apart =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]*$/u
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/** What a reader takes for one letter each: marks and the parts of an emoji stay together. */
const lettersOf = (text: string): readonly string[] =>
  /^[ -~]*$/.test(text) ? [...text] : Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)

/** Letters that run from right to left. */
const leftwards =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u
/** The maximum number of letters at the end of a name whose letters join: the part after one of its separators. */
const endJoined = 8

/** The direction of a whole name; null: it has words of both directions. */
const directionOf = (text: string): 'ltr' | 'rtl' | null => {
  if (!leftwards.test(text)) return 'ltr'
  return [...text].some((letter) => /\p{L}/u.test(letter) && !leftwards.test(letter)) ? null : 'rtl'
}

/** Cuts between two words: letters join within a word, but not across these separators. */
function halvesOfWords(text: string): readonly [start: string, end: string] | null {
  if (directionOf(text) === null) return null
  const cuts = [...text.matchAll(/[-_./: ]/g)].map(({ index }) => index ?? 0)
  const at = cuts.find((cut) => cut > 2 && lettersOf(text.slice(cut)).length <= endJoined)
  return at === undefined || text.length - at < 3 ? null : [text.slice(0, at), text.slice(at)]
}

/** The halves of a name that may be cut in the middle; null where a cut would change how it reads, or its end may go. */
function halvesOf(text: string, keep: number | null): readonly [start: string, end: string] | null {
  if (text.length < leastToCut || keep === 0) return null
  if (pieces(text).some((piece) => piece.escaped)) return null
  const letters = lettersOf(text)
  if (letters.length < leastToCut) return null
  if (!apart.test(text)) return halvesOfWords(text)
  const end =
    keep === null
      ? Math.min(wide.test(text) ? endKept.wide : endKept.usual, Math.floor(letters.length * 0.4))
      : Math.min(keep, letters.length - 1)
  return [letters.slice(0, -end).join(''), letters.slice(-end).join('')]
}

interface CutProps extends TextProps {
  /** How many letters at its end tell it apart, where that is known; 0: its beginning does, and its end may go. */
  readonly keep?: number | null
}

/**
 * A name in one line that loses its middle where the place is too small: what distinguishes `payments-prod-Admin` from
 * `payments-prod-ReadOnly` is at the end. Letters that join are cut between words alone, and a
 * name that runs from right to left gives way at its left. The page holds the
 * name once and whole, for screen readers and for copying; the halves that are seen are drawn beneath it.
 */
export const Cut = ({ text, keep = null, ...element }: CutProps) => within(element, cutOf(text, keep))

function cutOf(text: string, keep: number | null): ReactNode {
  const halves = halvesOf(text, keep)
  if (halves === null)
    return (
      <Shown as="span" className={styles.start} dir={leftwards.test(text) ? 'auto' : undefined} text={text} />
    )
  const [start, end] = halves
  return (
    <span
      className={styles.cut}
      dir={leftwards.test(text) ? 'rtl' : undefined}
      data-start={start}
      data-end={end}
    >
      <span className={styles.whole}>{text}</span>
    </span>
  )
}

/** How many letters of a file name fit into a narrow list. */
const longestFileName = 14

/** A path in one line: the folders are cut before the file name. */
export function CutPath(props: TextProps) {
  const name = props.text.slice(props.text.search(/[^/\\]*$/))
  return <Cut {...props} keep={Math.min(name.length + 1, longestFileName)} />
}

/** An ARN or a path that breaks at the ends of its parts and not in the middle of a name. */
export const Exact = ({ text, ...element }: TextProps) => within(element, exactOf(text))

function exactOf(text: string): ReactNode {
  return [...text.split(/(?<=[/:])/).entries()].map(([at, part]) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      <Shown text={part} />
    </Fragment>
  ))
}

/** A sentence of the app with options, short keys and `commands` in it, which do not break. Paths are shown in short form. */
export function Phrase({ text, ...element }: TextProps) {
  const home = useApp((state) => state.app?.home ?? '')
  return within(element, phraseOf(shortPaths(text, home)))
}

function phraseOf(text: string): ReactNode {
  const parts = partsOf(text).flatMap((part) =>
    part.kind === 'words'
      ? part.text
          .split(/(?=--[a-z])|(?<=--[a-z][\w-]*)(?![\w-])|((?<=\s)\w+…\w+)/)
          .filter((piece) => piece !== undefined)
          .map((piece) => ({ kind: part.kind, text: piece }))
      : [part],
  )
  return [...parts.entries()].map(([at, { kind, text: said }]) => {
    const Whole = kind !== 'words' ? 'code' : /^--|^\w+…\w+$/.test(said) ? 'span' : null
    return Whole === null ? (
      <Shown key={at} text={said} />
    ) : (
      <Whole key={at} className="together">
        {said}
      </Whole>
    )
  })
}

interface WrappedProps {
  readonly words: readonly string[]
  /** Of each of them. */
  readonly className: string | undefined
}

/** Words with paths and ARNs among them: wraps between words, and between the parts of a path or an ARN, never at a hyphen. */
export const Wrapped = ({ words, className }: WrappedProps) =>
  [...words.entries()].map(([at, word]) => (
    <Fragment key={at}>
      {at > 0 && ' '}
      <Exact as="span" className={className} text={word} />
    </Fragment>
  ))

interface NamedProps extends InElement {
  readonly name: string
  /** Its place among the names that it stands with. */
  readonly distinct?: DistinctName | undefined
  readonly where?: boolean
  readonly cut?: boolean
}

/** A cluster ARN, which `aws eks update-kubeconfig` uses as a name, anywhere in a line. */
const arns = /(arn:aws[\w-]*:eks:[\w-]+:\d{12}:cluster\/[\w-]+)/

interface NamingProps extends InElement {
  readonly text: string
  readonly where?: boolean
}

/** A line of the app with names in it. ARNs are shown as elsewhere, the first also with region and account of its cluster. */
export const Naming = ({ text, where = true, ...element }: NamingProps) =>
  within(
    element,
    [...text.split(arns).entries()].map(([at, part]) =>
      // The separators are at every second index.
      at % 2 === 1 ? (
        <Named key={at} name={part} where={where && at === 1} />
      ) : (
        <Shown key={at} text={part} />
      ),
    ),
  )

/**
 * The name of a context, a profile or an entry: among others, without what they share. `aws eks update-kubeconfig` uses the
 * cluster's ARN as name, of which the end is shown. The title, screen readers and copies have the whole. `where`: of one that stands alone
 * also the region and account that distinguish such names. `cut`: in a line that may be too small, where the name then loses what
 * does not tell it apart.
 */
export const Named = ({ name, distinct, where = false, cut = false, ...element }: NamedProps) =>
  within(element, nameOf(distinct ?? nameAlone(name, where), cut, distinct === undefined))

function nameOf(distinct: DistinctName, cut: boolean, isAlone: boolean): ReactNode {
  const { name, to, kept, keptFrom } = distinct
  const text = textOf(distinct)
  const keep = isAlone ? null : kept === 'start' ? 0 : [...name.slice(keptFrom, to)].length
  const drawn = cut ? <Cut text={text} keep={keep} /> : <Shown text={text} />
  if (text === name) return drawn
  const shown = (
    <span
      className={`${styles.named} ${cut ? styles.cutName : ''}`}
      title={visible(name)}
      aria-hidden={cut || undefined}
    >
      <span className={styles.prefix} aria-hidden>
        {leadOf(distinct)}
      </span>
      {drawn}
      {to < name.length && (
        <span className={styles.prefix} aria-hidden>
          {trailOf(distinct)}
        </span>
      )}
      {distinct.where.length > 0 && (
        <span className={styles.where}>{distinct.where.map(spacedAccount).join(' · ')}</span>
      )}
    </span>
  )
  if (!cut) return shown
  return (
    <>
      <span className="visually-hidden">{visible(name)}</span>
      {shown}
    </>
  )
}
