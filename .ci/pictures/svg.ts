/** SVG as text, in colours for a light and a dark page, with no font of its own. */

export const WIDTH = 600

type Attributes = Readonly<Record<string, string | number>>

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

export const round = (value: number): number => Math.round(value * 10) / 10

export function tag(name: string, attributes: Attributes, content: string | readonly string[] = ''): string {
  const given = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escaped(value)}"`)
    .join('')
  const inside = typeof content === 'string' ? content : `\n${content.join('\n')}\n`
  return inside === '' ? `<${name}${given}/>` : `<${name}${given}>${inside}</${name}>`
}

export const text = (
  { x, y, class: style, ...rest }: Attributes & { x: number; y: number; class: string },
  content: string,
): string => tag('text', { x, y, class: style, ...rest }, escaped(content))

export const line = (x1: number, y1: number, x2: number, y2: number, style: string): string =>
  tag('path', { d: `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`, class: style })

const STYLE = `
svg{--ground:#fff;--ink:#1f2328;--soft:#59636e;--edge:#d1d9e0;--box:#f3f5f8;--on:#fff;--bad:#cf222e;--c0:#0969da;--c1:#bc4c00;--c2:#1a7f37;--c3:#8250df}
@media(prefers-color-scheme:dark){svg{--ground:#0d1117;--ink:#e6edf3;--soft:#9198a1;--edge:#3d444d;--box:#1a212b;--on:#0d1117;--bad:#ff7b72;--c0:#58a6ff;--c1:#f0883e;--c2:#3fb950;--c3:#bc8cff}}
text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:var(--ink)}
.ground{fill:var(--ground);stroke:var(--edge)}
.code{font:600 15px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.name{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.caption{font-size:13.5px;fill:var(--soft)}
.note{font-size:12.5px;fill:var(--soft)}
.label{font-size:13px;font-weight:700;fill:var(--on);text-anchor:middle}
.box{fill:var(--box);stroke:var(--edge)}
.tick{fill:none;stroke:var(--edge);stroke-dasharray:1 4}
.time{fill:none;stroke:var(--edge);stroke-width:1.5}
.open{fill:none;stroke:var(--soft);stroke-width:2}
.end{fill:none;stroke:var(--ink);stroke-width:2.5}
.thread{fill:none;stroke-width:2;stroke-opacity:.6}
.f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}
.area{fill:var(--c1);fill-opacity:.18}
.lag{fill:none;stroke:var(--c1);stroke-width:2;stroke-linejoin:round}
.bound{fill:none;stroke:var(--soft);stroke-dasharray:5 4}
.lost{stroke:var(--bad);stroke-width:1.5;fill:none}
.failed{fill:none;stroke:var(--bad);stroke-width:2.5;stroke-linecap:round}`

/** A whole picture: what it shows is also said, for those who do not see it. */
export function picture(height: number, code: string, caption: string, parts: readonly string[]): string {
  const size = { viewBox: `0 0 ${WIDTH} ${round(height)}`, width: WIDTH, height }
  return `${tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img', 'aria-labelledby': 'title' },
    [
      tag('title', { id: 'title' }, escaped(`${code}: ${caption}`)),
      tag('style', {}, `${STYLE}\n`),
      tag('rect', { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 8, class: 'ground' }),
      ...(code === '' ? [] : [text({ x: 20, y: 32, class: 'code' }, code)]),
      text({ x: 20, y: code === '' ? 32 : 55, class: 'caption' }, caption),
      ...parts,
    ],
  )}\n`
}
