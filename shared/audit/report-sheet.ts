/** How a report looks on a screen and on paper, and how its tables are sorted. Colours are those of the map (map-svg.ts). */
import { mapColours } from './map-svg'
import { type Markup, markup } from './markup'

/** Columns of a table; what all cells of one look like is said by its head. */
const places = [1, 2, 3, 4, 5, 6, 7, 8]

const sheet = markup`
*{box-sizing:border-box;margin:0}
body{background:var(--back);color:var(--text);font:14px/1.45 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 40px 48px}
header{display:flex;justify-content:space-between;align-items:flex-end;gap:24px;border-bottom:2px solid var(--text);padding-bottom:10px}
h1{font-size:27px;font-weight:680;letter-spacing:-.3px;line-height:1.2;overflow-wrap:anywhere}
h2{font-size:16px;font-weight:650;margin:26px 0 8px;break-after:avoid}
h2 small{font-size:13px}
header p{color:var(--text2)}
header .meta{flex:none;text-align:right;color:var(--text3);font-size:12.5px}
small,i,.quiet{color:var(--text3)}
small{font-size:12px;font-weight:400}
.quiet{font-size:12.5px;margin-top:8px}
.answer{border-left:4px solid var(--dot);border-radius:0 6px 6px 0;background:var(--source);padding:12px 16px;margin:16px 0 14px;overflow-wrap:anywhere}
.answer.bad{border-color:var(--band-bad);background:var(--badback)}
.answer.ok{border-color:var(--band-ok)}
.answer .headline{font-size:18px;font-weight:650;line-height:1.3;color:var(--text)}
.answer p{color:var(--text2)}
.counts{display:grid;grid-template-columns:repeat(5,1fr);gap:10px}
.counts div{display:flex;flex-direction:column;border:1px solid var(--line);border-radius:6px;padding:9px 11px;font-size:12.5px}
.counts dt{font-weight:600;line-height:1.3}
.counts dd{color:var(--text3)}
.counts .number{order:-1;font-size:25px;font-weight:680;line-height:1.15;color:inherit}
.counts .bad .number,b.bad,.error,.mismatch,.broken{color:var(--bad)}
.counts .no .number,.no-access{color:var(--no)}
.counts .warn .number,.warning,.expired,.login-needed,.unreachable,.stale{color:var(--warn)}
.counts .ok .number,.verified{color:var(--ok)}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:14px;font-size:13px}
a{color:inherit;text-underline-offset:2px}
table{width:100%;border-collapse:collapse;font-size:13px}
thead th{text-align:left;vertical-align:bottom;font-weight:550;color:var(--text3);border-bottom:1px solid var(--text3);padding:3px 10px 3px 0}
th button{all:unset;cursor:pointer}
th button:focus-visible,a:focus-visible{outline:2px solid var(--text2);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
td,tbody th{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:11em}
td small,tbody th small{display:block}
.long{min-width:9em}
${places.map((at) => markup`table:has(.long:nth-child(${at})) td:nth-child(${at}){overflow-wrap:anywhere}`)}
td b{font-weight:650}
figure{border:1px solid var(--line);border-radius:6px;padding:6px 8px}
figure+figure{margin-top:14px}
figure svg{display:block;width:100%;height:auto}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:10px 18px;font-size:13px}
.cards div{break-inside:avoid;overflow-wrap:anywhere}
.cards dt{font-weight:600}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
i[aria-hidden]{font-style:normal;user-select:none}
.unused{text-decoration:underline 2px var(--dot);text-underline-offset:3px}
ul{padding-left:18px;font-size:13px;overflow-wrap:anywhere}
.links{columns:3}
@media screen and (max-width:760px){main{padding:20px 16px}header{display:block}header .meta{text-align:left;margin-top:8px}.counts,.cards{grid-template-columns:repeat(2,1fr)}.links{columns:1}}
@page{size:A4;margin:13mm 13mm 15mm;@bottom-right{content:counter(page) " / " counter(pages);font:9px system-ui,sans-serif}}
@media print{
*{print-color-adjust:exact}
body{font-size:10px}
main{max-width:none;padding:0}
h1{font-size:21px}
header .meta,small,.quiet,.counts div{font-size:9px}
h2{font-size:12px;margin:13px 0 5px}
h2 small{font-size:10px}
.answer{padding:8px 12px;margin:10px 0 9px}
.answer .headline{font-size:14px}
.counts{gap:7px}
.counts div{padding:6px 8px}
.counts .number{font-size:19px}
nav{display:none}
th button{display:contents}
table,ul,.cards{font-size:9.5px}
.cards{gap:5px 14px}
thead{display:table-header-group;break-inside:avoid}
tr,li,p,figure,.answer,.counts{break-inside:avoid}
:is(table,.cards)+.quiet{break-before:avoid}
.quiet:has(+ul){break-after:avoid}
td,tbody th,thead th{padding:2.5px 7px 2.5px 0}
figure svg{max-height:250mm}
/* One column is still columns, and Chromium cuts a line where these cross a page. */
.links{columns:auto;padding:0;list-style:none}
a[href^=https]::after{content:" " attr(href);color:var(--text3)}
}
`

/** Of both themes: of screens that are dark, and else light, as paper is. */
export const style: Markup = markup`:root{color-scheme:light dark;${mapColours('light')}}
@media screen and (prefers-color-scheme:dark){:root{${mapColours('dark')}}}
${sheet}`

/** A head of a table sorts by its column, and again the other way round. On paper it is no button: Chromium repeats none. */
export const script: Markup = markup`
const collator = new Intl.Collator([], { numeric: true })
for (const { tHead, tBodies: [body] } of document.querySelectorAll('table')) {
  const heads = [...tHead.rows[0].cells]
  heads.forEach((head, at) => {
    const button = document.createElement('button')
    button.append(...head.childNodes)
    head.append(button)
    button.onclick = () => {
      const down = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      const rows = [...body.rows].map((row) => {
        const cell = row.cells[at]
        const place = head.dataset.order?.split(' ').indexOf(cell.textContent)
        return [place ?? cell.dataset.sort ?? cell.textContent, row]
      })
      rows.sort(([a], [b]) => collator.compare(a, b) * (down ? -1 : 1))
      body.append(...rows.map(([, row]) => row))
    }
  })
}
`
